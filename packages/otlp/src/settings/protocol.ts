/** How a collector is spoken to; `http` is protobuf over HTTP. */
export type OtlpProtocol = 'grpc' | 'http';

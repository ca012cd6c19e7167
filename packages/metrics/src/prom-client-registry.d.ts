/** prom-client's types describe the package as a whole; this file of it is the same class. */
declare module 'prom-client/lib/registry.js' {
  import { Registry } from 'prom-client';

  export default Registry;
}

declare module 'prom-client/lib/histogram.js' {
  import { Histogram } from 'prom-client';

  export default Histogram;
}

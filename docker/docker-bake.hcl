# docker buildx bake -f docker/docker-bake.hcl                 all apps, for amd64 and arm64
# docker buildx bake -f docker/docker-bake.hcl tapo-exporter   one of them

variable "VERSION" {
  default = "0.0.0-dev"
}

variable "REVISION" {
  default = "unknown"
}

variable "CREATED" {
  default = "1970-01-01T00:00:00Z"
}

# Where the sources are, for the labels: "https://github.com/you/device-exporters"
variable "SOURCE" {
  default = ""
}

# Pins the base of the final stage: "sha256:…". Empty: what its tag means at that moment.
variable "BASE_DIGEST" {
  default = ""
}

# With a slash at its end: "ghcr.io/you/"
variable "REGISTRY" {
  default = ""
}

# Further tags, separated by commas: "latest" for the newest stable version alone, "edge" for main.
variable "TAGS" {
  default = ""
}

group "default" {
  targets = ["app"]
}

target "app" {
  name = app
  matrix = {
    app = ["ecoflow-exporter", "infrahub-exporter", "kasa-graphite", "loxone-exporter", "tapo-exporter"]
  }
  context    = "."
  dockerfile = "docker/Dockerfile"
  platforms  = ["linux/amd64", "linux/arm64"]
  contexts = {
    for digest in compact([BASE_DIGEST]) :
    "gcr.io/distroless/nodejs24-debian12:nonroot" => "docker-image://gcr.io/distroless/nodejs24-debian12@${digest}"
  }
  args = {
    APP         = app
    VERSION     = VERSION
    REVISION    = REVISION
    CREATED     = CREATED
    SOURCE      = SOURCE
    BASE_DIGEST = BASE_DIGEST
  }
  tags = [for tag in compact(concat([VERSION], split(",", TAGS))) : "${REGISTRY}${app}:${tag}"]
}

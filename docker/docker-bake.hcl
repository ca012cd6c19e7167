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
  args = {
    APP      = app
    VERSION  = VERSION
    REVISION = REVISION
    CREATED  = CREATED
  }
  tags = [for tag in compact(concat([VERSION], split(",", TAGS))) : "${REGISTRY}${app}:${tag}"]
}

{{/*
Every helper takes a dict: root (the chart's own context), name (of the app) and app (its values).
*/}}

{{/* Name of the app's objects: its own, with the release before it unless the release is called as the chart or the app. */}}
{{- define "device-exporters.name" -}}
{{- if has .root.Release.Name (list .root.Chart.Name .name) -}}
{{- .name -}}
{{- else -}}
{{- printf "%s-%s" .root.Release.Name .name | trunc 53 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "device-exporters.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end -}}

{{- define "device-exporters.labels" -}}
{{ include "device-exporters.selector" . }}
app.kubernetes.io/version: {{ .app.image.tag | default .root.Chart.AppVersion | trunc 63 | quote }}
app.kubernetes.io/component: exporter
app.kubernetes.io/part-of: device-exporters
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "device-exporters.metadata" -}}
metadata:
  name: {{ include "device-exporters.name" . }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "device-exporters.labels" . | nindent 4 }}
    helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{- define "device-exporters.image" -}}
{{- $repository := .app.image.repository -}}
{{- with .root.Values.image.registry }}{{ $repository = printf "%s/%s" . $repository }}{{ end -}}
{{- if .app.image.digest -}}
{{- printf "%s:%s@%s" $repository (.app.image.tag | default .root.Chart.AppVersion) .app.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository (.app.image.tag | default .root.Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{/* What the ConfigMap holds; its checksum is in the pod, so that a changed configuration is a new pod. */}}
{{- define "device-exporters.config" -}}
config.yml: |
  {{- toYaml .app.config | nindent 2 }}
{{- range $file, $text := .app.configFiles }}
{{ $file }}: |
  {{- $text | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The folder of the files of the Secret. */}}
{{- define "device-exporters.secrets" -}}
{{ printf "/run/secrets/%s" .name }}
{{- end -}}

{{/* Where probes ask: a kubelet has neither a login nor a client certificate, but does not mind whose certificate it sees. */}}
{{- define "device-exporters.probe" -}}
{{- if not .app.web.existingSecret -}}
port: http-metrics
{{- else if .app.web.healthPort -}}
port: http-health
{{- else -}}
port: http-metrics
{{- if .app.web.tlsSecret }}
scheme: HTTPS
{{- end }}
{{- end -}}
{{- end -}}

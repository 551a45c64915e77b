{{- define "asterism.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "asterism.selector" -}}
app.kubernetes.io/name: asterism
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "asterism.labels" -}}
{{ include "asterism.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end -}}

{{- define "asterism.account" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .root.Release.Name }}-{{ .component }}
  labels:
    {{- include "asterism.labels" . | nindent 4 }}
automountServiceAccountToken: false
{{- end -}}

{{- define "asterism.config" -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .root.Release.Name }}-{{ .component }}
  labels:
    {{- include "asterism.labels" . | nindent 4 }}
data:
  config.yml: |
    {{- toYaml .config | nindent 4 }}
{{- end -}}

{{/* The port of stats.listen, as HOST:PORT. */}}
{{- define "asterism.metrics" -}}
{{ regexFind "[0-9]+$" .stats.listen }}
{{- end -}}

{{/* Who makes a device: uid 0, as Kubernetes gives a capability to no one else, without any other right. */}}
{{- define "asterism.withDevice" -}}
runAsUser: 0
runAsGroup: 0
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: ["ALL"], add: ["NET_ADMIN"]}
{{- end -}}

{{- define "asterism.withoutRights" -}}
runAsUser: 0
runAsGroup: 0
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: ["ALL"]}
{{- end -}}

{{/* Requests and limits, with the device where a plugin gives it: (resources, tun). */}}
{{- define "asterism.resources" -}}
{{- $all := deepCopy .resources -}}
{{- if .tun -}}
{{- $limits := merge (dict .tun 1) (get $all "limits" | default dict) -}}
{{- $_ := set $all "limits" $limits -}}
{{- end -}}
{{- toYaml $all -}}
{{- end -}}

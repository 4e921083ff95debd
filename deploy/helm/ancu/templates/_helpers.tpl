{{- define "ancu.labels" -}}
app.kubernetes.io/name: ancu
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- /* What each pod of the program has in common: user, settings, secrets as files, folders. */ -}}
{{- define "ancu.pod" -}}
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
volumes:
  - name: secrets
    secret: {secretName: {{ .Values.secret }}, defaultMode: 0440}
  - name: var
    emptyDir: {}
  - name: audit-heads
    {{- if .Values.auditHeadsClaim }}
    persistentVolumeClaim: {claimName: {{ .Values.auditHeadsClaim }}}
    {{- else }}
    emptyDir: {}
    {{- end }}
  - name: tmp
    emptyDir: {}
  - name: memory
    emptyDir: {medium: Memory, sizeLimit: 256Mi}
{{- end }}

{{- define "ancu.container" -}}
image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
envFrom:
  - configMapRef: {name: {{ .Release.Name }}-settings}
volumeMounts:
  - {name: secrets, mountPath: /run/secrets/ancu, readOnly: true}
  - {name: var, mountPath: /var/lib/ancu}
  - {name: audit-heads, mountPath: /var/lib/ancu-audit-heads}
  - {name: tmp, mountPath: /tmp}
  - {name: memory, mountPath: /dev/shm}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
  seccompProfile: {{- toYaml .Values.seccompProfile | nindent 4 }}
{{- end }}

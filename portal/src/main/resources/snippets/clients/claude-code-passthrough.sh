export ANTHROPIC_BASE_URL='{{url}}'
export ANTHROPIC_CUSTOM_HEADERS="X-Redpanda-Cloud-Token: $GATEWAY_TOKEN"
export ANTHROPIC_DEFAULT_HAIKU_MODEL='{{model}}'
claude --model='{{model}}'

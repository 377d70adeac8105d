export CLAUDE_CODE_USE_BEDROCK=1
export ANTHROPIC_BEDROCK_BASE_URL='{{url}}'
export AWS_REGION='{{region}}'
export AWS_BEARER_TOKEN_BEDROCK="$GATEWAY_TOKEN"
export ANTHROPIC_DEFAULT_HAIKU_MODEL='{{model}}'
claude --model='{{model}}'

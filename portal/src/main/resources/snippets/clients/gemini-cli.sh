export GOOGLE_GEMINI_BASE_URL='{{url}}'
export GEMINI_API_KEY="$GATEWAY_TOKEN"
gemini --model='{{model}}'

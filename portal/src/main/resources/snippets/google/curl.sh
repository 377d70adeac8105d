curl -sS '{{url}}/v1beta/models/{{model.path}}:generateContent' \
  -H "X-Goog-Api-Key: $GATEWAY_TOKEN" \
  -H 'Content-Type: application/json' \
  -d '{
    "contents": [{"role": "user", "parts": [{"text": "Say hello in one short sentence."}]}]
  }'

curl -sS -N '{{url}}/chat/completions' \
  -H "Authorization: Bearer $GATEWAY_TOKEN" \
  -H 'Content-Type: application/json' \
  -d '{
    "model": "{{model.json}}",
    "messages": [{"role": "user", "content": "Say hello in one short sentence."}],
    "stream": true
  }'

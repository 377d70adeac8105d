curl -sS -N '{{url}}/v1/messages' \
  -H "Authorization: Bearer $GATEWAY_TOKEN" \
  -H 'Anthropic-Version: 2023-06-01' \
  -H 'Content-Type: application/json' \
  -d '{
    "model": "{{model.json}}",
    "max_tokens": 1024,
    "messages": [{"role": "user", "content": "Say hello in one short sentence."}],
    "stream": true
  }'

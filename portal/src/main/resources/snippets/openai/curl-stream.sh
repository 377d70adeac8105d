curl -sS -N '{{url}}/responses' \
  -H "Authorization: Bearer $GATEWAY_TOKEN" \
  -H 'Content-Type: application/json' \
  -d '{
    "model": "{{model.json}}",
    "input": "Say hello in one short sentence.",
    "stream": true
  }'

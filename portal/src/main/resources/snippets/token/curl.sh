export GATEWAY_TOKEN=$(curl -sS '{{token_url}}' \
  -u "$GATEWAY_CLIENT_ID:$GATEWAY_CLIENT_SECRET" \
  -d grant_type=client_credentials | jq -r .access_token)

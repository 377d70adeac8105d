# It is revoked when the run ends and stored nowhere.
ephemeral "redpanda_service_account_credential" "job" {
  service_account = "example-job"
}

ephemeral "redpanda_gateway_token" "job" {
  client_id     = ephemeral.redpanda_service_account_credential.job.client_id
  client_secret = ephemeral.redpanda_service_account_credential.job.client_secret
}

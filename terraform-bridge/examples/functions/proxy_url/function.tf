output "base_url" {
  value = provider::redpanda::proxy_url("https://gateway.example.com", "team-a")
}

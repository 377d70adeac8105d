package dev.adp.terraform.redpanda;

import dev.adp.terraform.cty.Path;
import dev.adp.terraform.cty.Type;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.redpanda.Connection.Credential;
import dev.adp.terraform.schema.Attribute;
import dev.adp.terraform.schema.Diagnostic;
import dev.adp.terraform.schema.Schema;
import dev.adp.terraform.sdk.EphemeralResource;
import dev.adp.terraform.sdk.Refusal;
import java.util.Map;
import java.util.Optional;

/** {@code redpanda_gateway_token}: an access token for the gateway, for one run of Terraform. */
final class GatewayTokenEphemeral implements EphemeralResource<Client> {
  static final String NAME = "redpanda_gateway_token";

  private static final Schema SCHEMA =
      Schema.of(
          "An access token for the gateway and the API, of the service account that is given or of"
              + " the one that Terraform uses. It is stored nowhere.",
          Attribute.optional(
              "client_id",
              Type.STRING,
              "Credential to get the token with; the provider's by default."),
          Attribute.optional("client_secret", Type.STRING, "Its secret half.").asSensitive(),
          Attribute.computed("token", Type.STRING, "The token.").asSensitive(),
          Attribute.computed("expires_at", Type.STRING, "When it expires (RFC 3339)."));

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public Opened open(Client client, Value.Structure config) {
    Optional<Path> where = config.text("client_id").map(_ -> Path.of("client_secret"));
    AccessTokens.Token token = client.tokens().request(account(client, config), where);
    return new Opened(
        config
            .with("token", Value.text(token.value()))
            .with("expires_at", Value.text(token.expiresAt().toString())),
        Map.of());
  }

  private static Credential.ServiceAccount account(Client client, Value.Structure config) {
    Optional<String> id = config.text("client_id");
    Optional<String> secret = config.text("client_secret");
    if (id.isPresent() && secret.isPresent()) {
      return new Credential.ServiceAccount(id.get(), secret.get());
    }
    if (id.isPresent() || secret.isPresent()) {
      throw new Refusal(
          Diagnostic.error(
              Path.of(id.isPresent() ? "client_id" : "client_secret"),
              "Half a credential",
              "client_id and client_secret go together: give both, or none for the provider's"
                  + " own."));
    }
    if (client.connection().credential() instanceof Credential.ServiceAccount account) {
      return account;
    }
    throw new Refusal(
        Diagnostic.error(
            Path.of("client_id"),
            "No credential to get a token with",
            "The provider is configured with an access token alone. Give client_id and"
                + " client_secret here."));
  }
}

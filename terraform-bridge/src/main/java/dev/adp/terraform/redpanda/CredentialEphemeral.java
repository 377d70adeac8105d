package dev.adp.terraform.redpanda;

import com.google.gson.JsonObject;
import dev.adp.terraform.cty.Path;
import dev.adp.terraform.cty.Type;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Attribute;
import dev.adp.terraform.schema.Diagnostic;
import dev.adp.terraform.schema.Schema;
import dev.adp.terraform.sdk.EphemeralResource;
import dev.adp.terraform.sdk.Refusal;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;

/** {@code redpanda_service_account_credential}: a credential for one run of Terraform. */
final class CredentialEphemeral implements EphemeralResource<Client> {
  static final String NAME = "redpanda_service_account_credential";

  /** It is revoked at the end of the run; this is for runs that are killed. */
  private static final String TTL = "3600s";

  private static final Schema SCHEMA =
      Schema.of(
          "A credential of a service account that lives as long as a run of Terraform: it is"
              + " revoked when the run ends, and expires after an hour whatever happens. It is"
              + " stored nowhere.",
          Attribute.required(
                  "service_account",
                  Type.STRING,
                  "Name of the service account. It must exist when Terraform plans: one that the"
                      + " same run creates is not there yet.")
              .where(Texts.NAME_SYNTAX)
              .where(Texts.NAME_LENGTH),
          Attribute.computed("client_id", Type.STRING, "Its public half."),
          Attribute.computed("client_secret", Type.STRING, "Its secret half.").asSensitive(),
          Attribute.computed("expires_at", Type.STRING, "When it expires (RFC 3339)."));

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public Opened open(Client client, Value.Structure config) {
    String account = config.text("service_account").orElseThrow();
    var body = new JsonObject();
    body.addProperty("ttl", TTL);
    Subject subject = subject(account);
    JsonObject made = client.post(path(account), body, subject);
    return client.read(subject, () -> opened(config, account, made));
  }

  private static Opened opened(Value.Structure config, String account, JsonObject made) {
    Value.Structure values =
        config
            .with("client_id", Json.scalar(made, "client_id"))
            .with("client_secret", Json.scalar(made, "client_secret"))
            .with("expires_at", Json.scalar(made, "expires_at"));
    return new Opened(
        values, Map.of("service_account", account, "id", made.get("id").getAsString()));
  }

  @Override
  public void close(Client client, Map<String, String> notes) {
    String account = notes.getOrDefault("service_account", "");
    String id = notes.getOrDefault("id", "");
    try {
      client.delete(path(account) + "/" + Client.encoded(id), Optional.empty(), subject(account));
    } catch (Refusal refusal) {
      var diagnostics = new ArrayList<>(refusal.diagnostics());
      diagnostics.add(
          Diagnostic.warning(
              Path.ROOT,
              "Credential %s was not revoked".formatted(id),
              "It ends by itself an hour after it was made. To end it now, revoke it in the portal, under Service Accounts."));
      throw new Refusal(diagnostics);
    }
  }

  private static String path(String account) {
    return ServiceAccountResource.PATH + "/" + Client.encoded(account) + "/credentials";
  }

  private static Subject subject(String account) {
    return new Subject("service account", account, "", _ -> Path.of("service_account"));
  }
}

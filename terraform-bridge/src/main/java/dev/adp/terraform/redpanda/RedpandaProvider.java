package dev.adp.terraform.redpanda;

import dev.adp.terraform.cty.Path;
import dev.adp.terraform.cty.Type;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.plugin.HclLog;
import dev.adp.terraform.redpanda.Connection.Credential;
import dev.adp.terraform.schema.Attribute;
import dev.adp.terraform.schema.Diagnostic;
import dev.adp.terraform.schema.Rule;
import dev.adp.terraform.schema.Rules;
import dev.adp.terraform.schema.Schema;
import dev.adp.terraform.sdk.DataSource;
import dev.adp.terraform.sdk.EphemeralResource;
import dev.adp.terraform.sdk.Function;
import dev.adp.terraform.sdk.ManagedResource;
import dev.adp.terraform.sdk.Provider;
import dev.adp.terraform.sdk.Refusal;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The provider {@code redpanda}. */
public final class RedpandaProvider implements Provider<Client> {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,4})(ms|s|m)");

  /** It is sent as a header. */
  private static final Rule TOKEN =
      Rules.text(
          token -> token.strip().matches("[\\x21-\\x7e]*"),
          "must be one word of letters, digits and signs of ASCII");

  private static final Schema SCHEMA =
      Schema.of(
          "Configures LLM providers, secrets, guardrails and service accounts of an Agentic Data"
              + " Plane.",
          Attribute.optional(
                  "endpoint",
                  Type.STRING,
                  "Base URL of the control plane, for example `http://localhost:8080`;"
                      + " `REDPANDA_ADP_ENDPOINT` by default. `HTTPS_PROXY`, `HTTP_PROXY` and"
                      + " `NO_PROXY` decide whether it is called through a proxy.")
              .where(Texts.ENDPOINT),
          Attribute.optional(
              "client_id",
              Type.STRING,
              "Credential of a service account; `REDPANDA_CLIENT_ID` by default."),
          Attribute.optional(
                  "client_secret",
                  Type.STRING,
                  "Its secret half; `REDPANDA_CLIENT_SECRET` by default.")
              .asSensitive(),
          Attribute.optional(
                  "access_token",
                  Type.STRING,
                  "A token instead of a credential; `REDPANDA_ACCESS_TOKEN` by default. It must"
                      + " hold as long as the run takes.")
              .asSensitive()
              .where(TOKEN),
          Attribute.optional(
              "ca_certificate",
              Type.STRING,
              "Certificates in PEM that the control plane is trusted by, instead of the well-known"
                  + " authorities."),
          Attribute.optional(
                  "timeout",
                  Type.STRING,
                  "How long one request may take, for example `30s`, which is the default.")
              .where(Rules.matches(DURATION, "must be a duration, for example 500ms, 30s or 2m")));

  private final Map<String, String> environment;
  private final HclLog log;

  /** A provider whose defaults come from an environment. */
  public RedpandaProvider(Map<String, String> environment, HclLog log) {
    this.environment = environment;
    this.log = log;
  }

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public Map<String, ManagedResource<Client>> resources() {
    return Map.of(
        LlmProviderResource.NAME,
        new LlmProviderResource(),
        SecretResource.NAME,
        new SecretResource(),
        GuardrailResource.NAME,
        new GuardrailResource(),
        ServiceAccountResource.NAME,
        new ServiceAccountResource());
  }

  @Override
  public Map<String, DataSource<Client>> dataSources() {
    return Map.of(
        LlmProviderResource.NAME,
        new LlmProviderData(),
        LlmProvidersData.NAME,
        new LlmProvidersData(),
        LlmModelsData.NAME,
        new LlmModelsData(),
        GuardrailResource.NAME,
        new GuardrailData());
  }

  @Override
  public Map<String, EphemeralResource<Client>> ephemeralResources() {
    return Map.of(
        CredentialEphemeral.NAME,
        new CredentialEphemeral(),
        GatewayTokenEphemeral.NAME,
        new GatewayTokenEphemeral());
  }

  @Override
  public Map<String, Function> functions() {
    return Map.of(ProxyUrlFunction.NAME, new ProxyUrlFunction());
  }

  @Override
  public Client configure(Value.Structure config) {
    String endpoint =
        setting(config, "endpoint", "REDPANDA_ADP_ENDPOINT")
            .orElseThrow(
                () ->
                    new Refusal(
                        Diagnostic.error(
                            Path.of("endpoint"),
                            "No endpoint",
                            "Say where the control plane is: set endpoint in the provider block, or"
                                + " REDPANDA_ADP_ENDPOINT in the environment.")));
    Texts.ENDPOINT
        .violation(Value.text(endpoint))
        .ifPresent(
            message -> {
              throw new Refusal(
                  Diagnostic.error(
                      Path.of("endpoint"), "Invalid endpoint", "The endpoint " + message + "."));
            });
    if (URI.create(endpoint.strip()).getHost() == null) {
      throw new Refusal(
          Diagnostic.error(
              Path.of("endpoint"),
              "Invalid endpoint",
              "The endpoint's host has an underscore, which is no part of a host name: call it by"
                  + " another name or by its address."));
    }
    URI base = URI.create(endpoint.strip().replaceAll("/+$", "") + "/");
    var connection =
        new Connection(
            base,
            credential(config),
            config.text("ca_certificate"),
            config.text("timeout").map(RedpandaProvider::duration).orElse(TIMEOUT),
            HttpProxy.of(base, environment));
    var http = new Http(connection, log);
    return new Client(connection, http, new AccessTokens(connection, http, InstantSource.system()));
  }

  @Override
  public void stop(Client client) {
    client.stop();
  }

  @Override
  public void release(Client client) {
    client.close();
  }

  /** What the provider block says wins over the environment, a token over a credential. */
  private Credential credential(Value.Structure config) {
    Optional<String> id = given(config.text("client_id"));
    Optional<String> secret = given(config.text("client_secret"));
    Optional<String> token = given(config.text("access_token"));
    if (id.isEmpty() && secret.isEmpty() && token.isEmpty()) {
      token = environment("REDPANDA_ACCESS_TOKEN");
    }
    if (token.isPresent()) {
      return new Credential.Token(checked(token.get()));
    }
    id = id.or(() -> environment("REDPANDA_CLIENT_ID"));
    secret = secret.or(() -> environment("REDPANDA_CLIENT_SECRET"));
    if (id.isPresent() && secret.isPresent()) {
      return new Credential.ServiceAccount(id.get(), secret.get());
    }
    throw new Refusal(
        Diagnostic.error(
            Path.of(id.isPresent() ? "client_secret" : "client_id"),
            "No credential",
            "Say who calls the control plane: set client_id and client_secret in the provider"
                + " block, or REDPANDA_CLIENT_ID and REDPANDA_CLIENT_SECRET in the environment; or"
                + " a token by access_token or REDPANDA_ACCESS_TOKEN."));
  }

  private Optional<String> setting(Value.Structure config, String attribute, String variable) {
    return config.text(attribute).or(() -> environment(variable));
  }

  private Optional<String> environment(String variable) {
    return given(Optional.ofNullable(environment.get(variable)));
  }

  /** What comes from a file ends in a line break, and what is empty is not given. */
  private static Optional<String> given(Optional<String> value) {
    return value.map(String::strip).filter(text -> !text.isEmpty());
  }

  private static String checked(String token) {
    TOKEN
        .violation(Value.text(token))
        .ifPresent(
            message -> {
              throw new Refusal(
                  Diagnostic.error(
                      Path.of("access_token"),
                      "Invalid access token",
                      "The access token %s, as the token endpoint gives it.".formatted(message)));
            });
    return token;
  }

  private static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      return TIMEOUT;
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "m" -> Duration.ofMinutes(amount);
      default -> Duration.ofSeconds(amount);
    };
  }
}

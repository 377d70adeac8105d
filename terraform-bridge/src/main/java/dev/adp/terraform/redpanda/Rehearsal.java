package dev.adp.terraform.redpanda;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.adp.terraform.cty.Msgpack;
import dev.adp.terraform.cty.Type;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.plugin.HclLog;
import dev.adp.terraform.plugin.Plugin;
import dev.adp.terraform.plugin.PluginClient;
import dev.adp.terraform.rpc.ProviderCalls;
import dev.adp.terraform.wire.ProtoMessage;
import dev.adp.terraform.wire.ProtoWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.TreeMap;

/**
 * One provider through its whole life, against a control plane that is not one: everything that a
 * run of Terraform needs is loaded and linked once, so that a class cache can hold it.
 */
final class Rehearsal {
  private static final int ROUNDS = 3;
  private static final String PROVIDER =
      """
      {"name":"rehearsal","display_name":"Rehearsal","description":"","enabled":true,
       "type":"LLM_PROVIDER_TYPE_OPENAI","openai_config":{"api_key_ref":"KEY"},
       "models":["m"],"provider_models":[{"name":"m"}],
       "transcripts":{"record_input_messages":false,"record_output_messages":false},
       "uid":"u","url":"http://localhost","discovery_url":"http://localhost",
       "created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z","etag":"\\"1\\""}
      """;

  private final PluginClient client;
  private final Type type = LlmProviderAttributes.resource().type();

  private Rehearsal(PluginClient client) {
    this.client = client;
  }

  /**
   * Plays it.
   *
   * @param command what starts the provider; it learns its classes in a process of its own, so that
   *     nothing of this one gets into the cache
   * @return the exit code
   */
  static int run(List<String> command) throws IOException, InterruptedException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", Rehearsal::answer);
    server.start();
    var identity = new PluginClient.Identity();
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder
        .environment()
        .putAll(
            Map.of(
                "TF_PLUGIN_MAGIC_COOKIE",
                Plugin.COOKIE,
                "PLUGIN_CLIENT_CERT",
                identity.pem(),
                "REDPANDA_ADP_ENDPOINT",
                "http://localhost:" + server.getAddress().getPort(),
                "REDPANDA_CLIENT_ID",
                "id",
                "REDPANDA_CLIENT_SECRET",
                "secret"));
    Process process = builder.start();
    try (var out = new Scanner(process.getInputStream(), StandardCharsets.UTF_8);
        var client = PluginClient.connect(out.nextLine(), identity)) {
      var _ = client.open("plugin.GRPCStdio", "StreamStdio");
      var _ = client.open("plugin.GRPCBroker", "StartStream");
      for (int round = 0; round < ROUNDS; round++) {
        new Rehearsal(client).play();
      }
      client.call("plugin.GRPCController", "Shutdown", new byte[0]);
      return process.waitFor();
    } finally {
      process.destroy();
      server.stop(0);
    }
  }

  private static void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String body =
        exchange.getRequestURI().getPath().equals("/oauth/idp/token")
            ? "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":3600}"
            : PROVIDER;
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", "application/json");
    boolean deleted = exchange.getRequestMethod().equals("DELETE");
    exchange.sendResponseHeaders(deleted ? 204 : 200, deleted ? -1 : bytes.length);
    if (!deleted) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  private void play() throws IOException, InterruptedException {
    call("GetProviderSchema", new ProtoWriter());
    Type configuration = new RedpandaProvider(Map.of(), silent()).schema().type();
    ProtoWriter empty = dynamic(nothing(configuration), configuration);
    call("ValidateProviderConfig", new ProtoWriter().message(1, empty));
    call("ConfigureProvider", new ProtoWriter().message(2, empty));
    Value.Structure config =
        nothing(type)
            .with("name", Value.text("rehearsal"))
            .with("display_name", Value.text("Rehearsal"))
            .with("models", Value.set(List.of("m")))
            .with(
                "openai_config",
                Value.Structure.of(
                    Map.of("base_url", Value.Null.NULL, "api_key_ref", Value.text("KEY"))));
    call("ValidateResourceConfig", resource().message(2, dynamic(config, type)));
    ProtoMessage created = apply(Value.Null.NULL, config, config);
    Value state = Msgpack.decode(created.message(1).bytes(1), type);
    call(
        "UpgradeResourceState",
        resource().message(3, new ProtoWriter().string(1, "{\"name\":\"rehearsal\"}")));
    call("ReadResource", resource().message(2, dynamic(state, type)));
    apply(state, config.with("display_name", Value.text("Changed")), config);
    apply(state, Value.Null.NULL, Value.Null.NULL);
  }

  private ProtoMessage apply(Value prior, Value proposed, Value config)
      throws IOException, InterruptedException {
    ProtoMessage plan =
        call(
            "PlanResourceChange",
            resource()
                .message(2, dynamic(prior, type))
                .message(3, dynamic(proposed, type))
                .message(4, dynamic(config, type)));
    return call(
        "ApplyResourceChange",
        resource()
            .message(2, dynamic(prior, type))
            .message(3, new ProtoWriter().bytes(1, plan.message(1).bytes(1)))
            .message(4, dynamic(config, type)));
  }

  private ProtoMessage call(String method, ProtoWriter request)
      throws IOException, InterruptedException {
    return ProtoMessage.of(client.call(ProviderCalls.SERVICE, method, request.toByteArray()));
  }

  private static ProtoWriter resource() {
    return new ProtoWriter().string(1, LlmProviderResource.NAME);
  }

  private static ProtoWriter dynamic(Value value, Type type) {
    return new ProtoWriter().bytes(1, Msgpack.encode(value, type));
  }

  private static Value.Structure nothing(Type type) {
    var values = new TreeMap<String, Value>();
    if (type instanceof Type.ObjectOf(var attributes)) {
      attributes.keySet().forEach(name -> values.put(name, Value.Null.NULL));
    }
    return new Value.Structure(values);
  }

  private static HclLog silent() {
    return new HclLog(System.err, HclLog.Level.OFF, Clock.systemUTC());
  }
}

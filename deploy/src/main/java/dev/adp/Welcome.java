package dev.adp;

import dev.adp.demo.EchoModel;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** What the program says once it is ready. */
final class Welcome {
  private Welcome() {}

  static String text(Config config, boolean firstRun, boolean demo) {
    Optional<JsonObject> credentials = DataDirectory.readCredentials(config.dataDirectory());
    String signIn =
        credentials
            .filter(_ -> firstRun)
            .map(
                json ->
                    "%s, password %s"
                        .formatted(json.getString("username"), json.getString("password")))
            .orElse("admin, password as set");
    String kept =
        credentials.isPresent()
            ? "  (kept in %s)".formatted(config.dataDirectory().resolve("credentials.json"))
            : "";
    String text =
        """

        ADP is ready

          Portal   %s   sign in as %s%s
          API      %s/v1
          Gateway  %s/llm/v1/providers/<name>
        """
            .formatted(
                config.publicUrl(), signIn, kept, config.publicUrl(), config.gatewayPublicUrl());
    return demo ? text + demo(config) : text;
  }

  private static String demo(Config config) {
    String chat = config.gatewayPublicUrl() + "/llm/v1/providers/demo/chat/completions";
    return """

        Try it in another terminal; then look at the provider "demo" in the portal:

          TOKEN=$(./adp token)

          curl -s %1$s \\
            -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
            -d '{"model":"%2$s","messages":[{"role":"user","content":"Hello there"}]}'

          curl -sN %1$s \\
            -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
            -d '{"model":"%2$s","stream":true,"messages":[{"role":"user","content":"Hello again, word by word"}]}'

        Ctrl-C stops everything.
        """
        .formatted(chat, EchoModel.MODEL);
  }
}

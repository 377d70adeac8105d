package dev.adp.portal;

import io.vertx.core.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Code that runs as it stands once {@code GATEWAY_TOKEN} is set. */
public record Snippet(String slug, String name, String title, String code) {
  private static final Pattern LITERAL = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|'[^']*'");
  private static final String PROMPT = "Say hello in one short sentence.";

  /** A piece of the code, for colour. */
  public record Part(String text, boolean literal) {}

  /** The code again, its string literals apart. */
  public List<Part> parts() {
    var parts = new ArrayList<Part>();
    int end = 0;
    for (MatchResult literal : LITERAL.matcher(code).results().toList()) {
      parts.add(new Part(code.substring(end, literal.start()), false));
      parts.add(new Part(literal.group(), true));
      end = literal.end();
    }
    parts.add(new Part(code.substring(end), false));
    return parts;
  }

  /** How a service account gets its token. */
  static Snippet token(String tokenUrl) {
    return new Snippet(
        "token",
        "curl",
        "Shell",
        """
        export GATEWAY_TOKEN=$(curl -s %s \\
          -u "$GATEWAY_CLIENT_ID:$GATEWAY_CLIENT_SECRET" \\
          -d grant_type=client_credentials | jq -r .access_token)"""
            .formatted(tokenUrl));
  }

  /** The same call in each language, first the one that needs nothing installed. */
  static List<Snippet> chat(String proxyUrl, String model) {
    return List.of(
        curl(proxyUrl, model),
        python(proxyUrl, model),
        node(proxyUrl, model),
        java(proxyUrl, model));
  }

  private static Snippet curl(String proxyUrl, String model) {
    String body =
        "{\"model\": %s, \"messages\": [{\"role\": \"user\", \"content\": %s}]}"
            .formatted(quoted(model), quoted(PROMPT));
    return new Snippet(
        "curl",
        "curl",
        "Shell",
        """
        curl %s/chat/completions \\
          -H "Authorization: Bearer $GATEWAY_TOKEN" \\
          -H "Content-Type: application/json" \\
          -d '%s'"""
            .formatted(proxyUrl, body.replace("'", "'\\''")));
  }

  private static Snippet python(String proxyUrl, String model) {
    return new Snippet(
        "python",
        "Python",
        "Python · openai",
        """
        import os
        from openai import OpenAI

        client = OpenAI(
            base_url=%s,
            api_key=os.environ["GATEWAY_TOKEN"],
        )
        completion = client.chat.completions.create(
            model=%s,
            messages=[{"role": "user", "content": %s}],
        )
        print(completion.choices[0].message.content)"""
            .formatted(quoted(proxyUrl), quoted(model), quoted(PROMPT)));
  }

  private static Snippet node(String proxyUrl, String model) {
    return new Snippet(
        "node",
        "Node",
        "Node · openai",
        """
        import OpenAI from 'openai';

        const client = new OpenAI({
          baseURL: %s,
          apiKey: process.env.GATEWAY_TOKEN,
        });
        const completion = await client.chat.completions.create({
          model: %s,
          messages: [{ role: 'user', content: %s }],
        });
        console.log(completion.choices[0].message.content);"""
            .formatted(quoted(proxyUrl), quoted(model), quoted(PROMPT)));
  }

  private static Snippet java(String proxyUrl, String model) {
    return new Snippet(
        "java",
        "Java",
        "Java · com.openai:openai-java",
        """
        import com.openai.client.okhttp.OpenAIOkHttpClient;
        import com.openai.models.chat.completions.ChatCompletionCreateParams;

        void main() {
          var client = OpenAIOkHttpClient.builder()
              .baseUrl(%s)
              .apiKey(System.getenv("GATEWAY_TOKEN"))
              .build();
          var params = ChatCompletionCreateParams.builder()
              .model(%s)
              .addUserMessage(%s)
              .build();
          client.chat().completions().create(params).choices().stream()
              .flatMap(choice -> choice.message().content().stream())
              .forEach(IO::println);
        }"""
            .formatted(quoted(proxyUrl), quoted(model), quoted(PROMPT)));
  }

  /** A literal that Python, JavaScript, Java and JSON all read alike. */
  private static String quoted(String text) {
    return Json.encode(text);
  }
}

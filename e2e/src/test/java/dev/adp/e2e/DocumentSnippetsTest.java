package dev.adp.e2e;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Code of applications in the documents is run as it stands there, but for the addresses and with a
 * call at its end: Node and Java always; Python, which is always parsed where there is one, as far
 * as the machine has the libraries. What was run is printed. Commands are those of {@link
 * DocumentCommandsTest}.
 */
@ExtendWith(World.class)
class DocumentSnippetsTest {
  private static final Pattern BLOCK = Pattern.compile("(?sm)^ *```(\\S*)\n(.*?)^ *```$");
  private static final Pattern IMPORT = Pattern.compile("(?m)^(?:import|from) (\\w+)");
  private static final String ANSWER = "Hello from the upstream, in more than one piece.";
  private static final String SAYS = "Say hello";
  private static final String CHAT_MODEL = "gpt-5.4-mini";
  private static final String BEDROCK_MODEL = "us.anthropic.claude-haiku-4-5-20251001-v1:0";

  /** Languages of blocks, with who looks at them. */
  private static final Map<String, String> LANGUAGES =
      Map.ofEntries(
          entry("python", "here"),
          entry("js", "here"),
          entry("java", "here"),
          entry("sh", "DocumentCommandsTest"),
          entry("shell", "Terraform's imports: TerraformExamplesTest"),
          entry("terraform", "TerraformExamplesTest"),
          entry("yaml", "ComposeTest, KubernetesTest"),
          entry("ini", "three lines for systemd"),
          entry("json", "policies of AWS, and an answer"),
          entry("text", "the form of a result"),
          entry("", "a drawing"));

  /** What an application does with the client that a block has made, by what the block is about. */
  private static final Map<String, String> CALLS =
      Map.of(
          "import OpenAI from \"openai\"",
          """

          const answer = await client.chat.completions.create(
            { model: "%s", messages: [{ role: "user", content: "%s" }] });
          console.log(answer.choices[0].message.content);
          """
              .formatted(CHAT_MODEL, SAYS),
          "import { BedrockRuntimeClient }",
          """

          const { ConverseCommand } = await import("@aws-sdk/client-bedrock-runtime");
          const message = { role: "user", content: [{ text: "%2$s" }] };
          const answer = await client.send(new ConverseCommand({ modelId: "%1$s", messages: [message] }));
          console.log(answer.output.message.content[0].text);
          """
              .formatted(BEDROCK_MODEL, SAYS),
          "class GatewayToken",
          """

          answer = client.chat.completions.create(
              model="%s", messages=[{"role": "user", "content": "%s"}])
          print(answer.choices[0].message.content)
          """
              .formatted(CHAT_MODEL, SAYS),
          "subprocess.check_output([\"./adp\"", // It calls already.
          "",
          "class Bedrock(", // It is called in the place of its last line.
          "");

  /** Around statements in Java: what they take for granted, and a call. */
  private static final String JAVA =
      """
      import java.net.URI;
      import java.time.Instant;
      import java.util.List;
      import java.util.Optional;
      import software.amazon.awssdk.auth.token.credentials.*;
      import software.amazon.awssdk.regions.Region;
      import software.amazon.awssdk.services.bedrockruntime.*;
      import software.amazon.awssdk.services.bedrockruntime.auth.scheme.*;
      import software.amazon.awssdk.services.bedrockruntime.model.*;

      class Block {
        record Token(String token) implements SdkToken {
          public Optional<Instant> expirationTime() { return Optional.empty(); }
        }

        void main() {
          SdkToken gatewayToken = new Token(System.getenv("GATEWAY_TOKEN"));
          STATEMENTS
          var says = Message.builder().role("user").content(ContentBlock.fromText("%s")).build();
          var answer = client.converse(call -> call.modelId("%s").messages(says));
          System.out.println(answer.output().message().content().getFirst().text());
        }
      }
      """
          .formatted(SAYS, BEDROCK_MODEL);

  private static final String RUN =
      """
      import importlib.util, runpy, sys
      if all(importlib.util.find_spec(module) for module in sys.argv[2:]):
          print("run", flush=True)
          runpy.run_path(sys.argv[1], run_name="__main__")
      """;

  /** In the place of serving for ever: one call. */
  private static final String SERVED_ONCE =
      """
      import threading, urllib.request
      threading.Thread(target=server.serve_forever, daemon=True).start()
      address = "http://127.0.0.1:%d/model/any/converse" % server.server_port
      print(urllib.request.urlopen(address, b"{}").read().decode())""";

  private static final String GATEWAY = "https://gateway.example.com";
  private static final String PROVIDERS = "/llm/v1/providers/";

  /** Addresses in the documents, and other words, with what stands for them; in this order. */
  private static final Map<String, String> ADDRESSES = new LinkedHashMap<>();

  @SuppressWarnings("NullAway.Init")
  private static Aimock open;

  @TempDir private Path folder;

  private final Program program;

  DocumentSnippetsTest(Program program) {
    this.program = program;
  }

  /** A block of code. */
  private record Block(Path page, String language, String text) {
    /** With the call that belongs to it. */
    String withCall() {
      List<String> calls =
          CALLS.entrySet().stream()
              .filter(call -> text.contains(call.getKey()))
              .map(Map.Entry::getValue)
              .toList();
      assertThat(calls).as("calls for a block of %s:%n%s", page, text).hasSize(1);
      return text + calls.getFirst();
    }
  }

  @BeforeAll
  static void start(Program program, Aimock aimock) {
    open = Aimock.startOpen();
    Rest rest = program.rest();
    ADDRESSES.put(
        GATEWAY + PROVIDERS + "openai",
        rest.createOpenAi("documents-openai", aimock.baseUrl(), World.SECRET));
    ADDRESSES.put(
        GATEWAY + PROVIDERS + "bedrock",
        rest.createBedrock("documents-bedrock", open.url(), World.SECRET));
    ADDRESSES.put(
        "http://localhost:8090" + PROVIDERS + "demo",
        rest.createOpenAi("documents-echo", program.echoUrl(), "DEMO_API_KEY"));
    ADDRESSES.put("(\"127.0.0.1\", 9999)", "(\"127.0.0.1\", 0)");
    ADDRESSES.put("server.serve_forever()", SERVED_ONCE);
    ADDRESSES.put(GATEWAY, program.gateway().toString());
  }

  @AfterAll
  static void stop() {
    open.close();
  }

  @Test
  void everyBlockIsInALanguageThatSomebodyLooksAt() {
    assertThat(LANGUAGES.keySet())
        .as("languages of blocks: %s", LANGUAGES)
        .containsAll(blocks().map(Block::language).toList());
  }

  @Test
  void node() throws IOException {
    Files.createSymbolicLink(
        folder.resolve("node_modules"), Program.ROOT.resolve("e2e/node/node_modules"));
    List<Block> blocks = blocks("js");
    for (Block block : blocks) {
      Path file = scripts().write("block.mjs", here(block.withCall()));
      assertThat(scripts().run(List.of("node", file.toString())))
          .as(block.text())
          .isEqualTo(ANSWER);
    }
    report("Node", blocks, "run");
  }

  @Test
  void java() {
    List<Block> blocks = blocks("java");
    for (Block block : blocks) {
      String text = JAVA.replace("STATEMENTS", block.text());
      Path file = scripts().write("Block.java", here(text));
      int result =
          ToolProvider.getSystemJavaCompiler()
              .run(null, null, null, "-d", folder.toString(), "-proc:none", file.toString());
      assertThat(result).as(text).isZero();
      String path = folder + File.pathSeparator + System.getProperty("java.class.path");
      String said =
          scripts().run(List.of(Program.JAVA, "-cp", path, JavaSnippets.class.getName(), "Block"));
      assertThat(Scripts.sections(said + "\n").get("Block")).isEqualTo(ANSWER + "\n");
    }
    report("Java", blocks, "run");
  }

  @Test
  void python() throws IOException {
    List<Block> blocks = blocks("python");
    if (!Scripts.has("python3")) {
      report("Python", blocks, "not checked: no python3");
      return;
    }
    Path _ = Files.createSymbolicLink(folder.resolve("adp"), Program.DISTRIBUTION.resolve("adp"));
    for (Block block : blocks) {
      String file = scripts().write("block.py", here(block.withCall())).toString();
      assertThat(scripts().run(List.of("python3", "-m", "py_compile", file))).isEmpty();
      var run = new ArrayList<>(List.of("python3", "-c", RUN, file));
      IMPORT.matcher(block.text()).results().forEach(found -> run.add(found.group(1)));
      String said = scripts().run(run);
      if (!said.isEmpty()) {
        assertThat(said).startsWith("run\n").contains("Hello");
      }
      report("Python", List.of(block), said.isEmpty() ? "parsed" : "run");
    }
  }

  private static List<Block> blocks(String language) {
    List<Block> blocks = blocks().filter(block -> block.language().equals(language)).toList();
    assertThat(blocks).isNotEmpty();
    return blocks;
  }

  /** Of all documents. */
  private static Stream<Block> blocks() {
    return Stream.of("README.md", "CONTRIBUTING.md", "docs", "terraform-bridge/docs")
        .map(Program.ROOT::resolve)
        .flatMap(DocumentSnippetsTest::pages)
        .flatMap(page -> blocks(page).stream());
  }

  private static Stream<Path> pages(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Block> blocks(Path page) {
    try {
      return BLOCK
          .matcher(Files.readString(page))
          .results()
          .map(found -> new Block(page, found.group(1), found.group(2).stripIndent()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With the addresses of this machine. */
  private static String here(String text) {
    String here = text;
    for (Map.Entry<String, String> address : ADDRESSES.entrySet()) {
      here = here.replace(address.getKey(), address.getValue());
    }
    return here;
  }

  private Scripts scripts() {
    JsonObject credentials = program.credentials();
    return new Scripts(
        folder,
        Map.of(
            "ADP_DATA_DIR", program.data().toString(),
            "GATEWAY_TOKEN", program.token(),
            "GATEWAY_CLIENT_ID", credentials.getString("client_id"),
            "GATEWAY_CLIENT_SECRET", credentials.getString("client_secret")));
  }

  private static void report(String language, List<Block> blocks, String what) {
    System.out.printf(
        "documents, %s, %s: %s%n",
        language,
        what,
        blocks.stream()
            .map(block -> Program.ROOT.relativize(block.page()).toString())
            .collect(Collectors.joining(", ")));
  }
}

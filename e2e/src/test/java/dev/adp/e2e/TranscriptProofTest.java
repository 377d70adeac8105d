package dev.adp.e2e;

import static dev.adp.e2e.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.e2e.Talk.Words;
import dev.adp.gateway.OtlpReceiver;
import dev.adp.store.embedded.EmbeddedPostgres;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is said through the providers' own clients, tools included, is word for word in the
 * transcript and in the exported span where it is recorded, and nowhere at all where it is not.
 */
class TranscriptProofTest {
  @SuppressWarnings("NullAway.Init")
  private static OtlpReceiver receiver;

  @SuppressWarnings("NullAway.Init")
  private static Aimock aimock;

  @SuppressWarnings("NullAway.Init")
  private static FakeBedrock bedrock;

  @SuppressWarnings("NullAway.Init")
  private static Program program;

  @BeforeAll
  static void start() {
    receiver = new OtlpReceiver();
    aimock = Aimock.startOpen();
    bedrock = FakeBedrock.start();
    program =
        Program.prepared("up", "OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url().toString()).start();
    World.putSecret(program.rest(), World.SECRET, Aimock.API_KEY);
  }

  @AfterAll
  static void stop() {
    program.close();
    bedrock.close();
    aimock.close();
    receiver.close();
  }

  /** A way to speak with a model, with the client that its provider makes for it. */
  enum Dialect {
    OPENAI_CHAT("openai"),
    OPENAI_RESPONSES("openai"),
    ANTHROPIC("anthropic"),
    GEMINI("google"),
    BEDROCK_CONVERSE("bedrock"),
    BEDROCK_INVOKE("bedrock");

    private final String provider;

    Dialect(String provider) {
      this.provider = provider;
    }

    private String slug() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Makes a provider.
     *
     * @return its proxy URL
     */
    String create(String name, boolean streamed, boolean inputs, boolean outputs) {
      Rest rest = program.rest();
      String url =
          switch (provider) {
            case "openai" -> rest.createOpenAi(name, aimock.baseUrl(), World.SECRET);
            // The stand-in frames streams of InvokeModel otherwise than Bedrock.
            case "bedrock" ->
                rest.createBedrock(
                    name,
                    this == BEDROCK_INVOKE && streamed ? bedrock.url() : aimock.url(),
                    World.SECRET);
            default -> rest.create(name, provider + "_config", aimock.url(), World.SECRET);
          };
      if (inputs || outputs) {
        var _ =
            rest.patch(
                "/v1/llm-providers/" + name,
                new JsonObject()
                    .put(
                        "transcripts",
                        new JsonObject()
                            .put("record_input_messages", inputs)
                            .put("record_output_messages", outputs)));
      }
      return url;
    }

    void hold(String url, String conversation, boolean streamed, Words words) {
      var talk = new Talk(url, program.token(), conversation, streamed, words);
      switch (this) {
        case OPENAI_CHAT -> OpenAiTalk.chat(talk);
        case OPENAI_RESPONSES -> OpenAiTalk.responses(talk);
        case ANTHROPIC -> AnthropicTalk.messages(talk);
        case GEMINI -> GeminiTalk.generateContent(talk);
        case BEDROCK_CONVERSE -> ConverseTalk.converse(talk);
        case BEDROCK_INVOKE -> InvokeTalk.invoke(talk);
      }
    }

    /** As the conventions name it. */
    private String operation() {
      return this == GEMINI ? "generate_content" : "chat";
    }

    /** Gemini has no results but objects. */
    private Object result(Words words) {
      return this == GEMINI
          ? new JsonObject().put(GeminiTalk.RESULT, words.result())
          : words.result();
    }
  }

  /** A conversation with so many turns, waiting for the last. */
  private static JsonArray turns(String conversation, int count) {
    var turns = new ArrayList<JsonArray>();
    eventually(
        () -> {
          JsonArray there =
              new JsonObject(
                      program.rest().call("GET", "/v1/transcripts/" + conversation, "").body())
                  .getJsonArray("turns", new JsonArray());
          assertThat(there).hasSize(count);
          turns.add(there);
        });
    return turns.getLast();
  }

  private static JsonArray messages(JsonObject turn, String side) {
    return turn.getJsonObject(side).getJsonArray("messages");
  }

  private static JsonObject message(String role, JsonObject part) {
    return new JsonObject().put("role", role).put("parts", new JsonArray().add(part));
  }

  private static JsonObject text(String role, String content) {
    return message(role, new JsonObject().put("type", "text").put("content", content));
  }

  private static JsonObject call(String id, Words words) {
    return message(
        "assistant",
        new JsonObject()
            .put("type", "tool_call")
            .put("id", id)
            .put("name", Talk.TOOL)
            .put("arguments", new JsonObject().put("city", words.city()).put("days", Talk.DAYS)));
  }

  private static JsonObject finished(JsonObject message, String reason) {
    return message.put("finish_reason", reason);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsRecordedIsWordForWord(Dialect dialect) throws InterruptedException {
    for (boolean streamed : new boolean[] {false, true}) {
      String conversation = "on-" + dialect.slug() + (streamed ? "-stream" : "");
      dialect.hold(
          dialect.create(conversation, streamed, true, true), conversation, streamed, Words.OPEN);
      JsonArray turns = turns(conversation, 2);
      assertWhole(dialect, turns.getJsonObject(0), turns.getJsonObject(1));
      assertExported(dialect, conversation, turns);
    }
  }

  /** The same for all dialects, but for the id that the upstream gives a call. */
  private static void assertWhole(Dialect dialect, JsonObject first, JsonObject second) {
    Words words = Words.OPEN;
    JsonArray asked =
        new JsonArray().add(text("system", words.system())).add(text("user", words.question()));
    assertThat(messages(first, "input")).isEqualTo(asked);
    String id =
        messages(first, "output")
            .getJsonObject(0)
            .getJsonArray("parts")
            .getJsonObject(0)
            .getString("id");
    assertThat(id).isNotEmpty();
    assertThat(messages(first, "output"))
        .isEqualTo(new JsonArray().add(finished(call(id, words), "tool_call")));
    assertThat(messages(second, "input"))
        .isEqualTo(
            asked
                .copy()
                .add(call(id, words))
                .add(
                    message(
                        "tool",
                        new JsonObject()
                            .put("type", "tool_call_response")
                            .put("id", id)
                            .put("response", dialect.result(words)))));
    assertThat(messages(second, "output"))
        .isEqualTo(new JsonArray().add(finished(text("assistant", words.answer()), "stop")));
    assertThat(first.getJsonArray("finish_reasons")).isEqualTo(new JsonArray().add("tool_call"));
    assertThat(second.getJsonArray("finish_reasons")).isEqualTo(new JsonArray().add("stop"));
  }

  /** The receiver has the same messages as the transcript. */
  private static void assertExported(Dialect dialect, String conversation, JsonArray turns)
      throws InterruptedException {
    for (OtlpReceiver.Received span : spans(conversation, turns.size())) {
      String id = HexFormat.of().formatHex(span.span().getSpanId().toByteArray());
      JsonObject turn =
          turns.stream()
              .map(JsonObject.class::cast)
              .filter(one -> one.getString("span_id").equals(id))
              .findFirst()
              .orElseThrow();
      assertThat(span.span().getName())
          .isEqualTo(dialect.operation() + " " + turn.getString("model"));
      for (String side : List.of("input", "output")) {
        assertThat(new JsonArray(span.text("gen_ai." + side + ".messages")))
            .isEqualTo(messages(turn, side));
      }
    }
  }

  /** The next spans of a conversation. */
  private static List<OtlpReceiver.Received> spans(String conversation, int count)
      throws InterruptedException {
    var spans = new ArrayList<OtlpReceiver.Received>();
    while (spans.size() < count) {
      OtlpReceiver.Received next = receiver.next();
      if (next.has("gen_ai.conversation.id")
          && next.text("gen_ai.conversation.id").equals(conversation)) {
        spans.add(next);
      }
    }
    return spans;
  }

  /** Not in a table, not in a file of the database or of ours, not in a log, not in a span. */
  @Test
  void whatIsNotRecordedIsNowhere() throws Exception {
    String open = Dialect.OPENAI_CHAT.create("control", false, true, true);
    Dialect.OPENAI_CHAT.hold(open, "control", false, Words.OPEN);
    for (Dialect dialect : Dialect.values()) {
      for (boolean streamed : new boolean[] {false, true}) {
        String conversation = "off-" + dialect.slug() + (streamed ? "-stream" : "");
        dialect.hold(
            dialect.create(conversation, streamed, false, false),
            conversation,
            streamed,
            Words.COVERT);
      }
    }
    var _ = turns("control", 2);
    for (Dialect dialect : Dialect.values()) {
      for (String suffix : List.of("", "-stream")) {
        String conversation = "off-" + dialect.slug() + suffix;
        for (Object turn : turns(conversation, 2)) {
          assertNotRecorded((JsonObject) turn, "input");
          assertNotRecorded((JsonObject) turn, "output");
        }
        for (OtlpReceiver.Received span : spans(conversation, 2)) {
          assertThat(span.has("gen_ai.input.messages")).isFalse();
          assertThat(span.has("gen_ai.output.messages")).isFalse();
        }
      }
    }
    assertThat(receiver.everything()).contains("umbrella").doesNotContain(Words.MARKER);
    assertThat(program.out() + program.err())
        .contains("off-openai-chat")
        .doesNotContain(Words.MARKER);
    assertNotInTables();
    assertNotInFiles();
  }

  private static void assertNotRecorded(JsonObject turn, String side) {
    assertThat(turn.getJsonObject(side))
        .isEqualTo(
            new JsonObject().put("recording", "NOT_RECORDED").put("messages", new JsonArray()));
  }

  private static void assertNotInTables() {
    // Adopts the program's own server; it is not ours to close.
    String databaseUrl = EmbeddedPostgres.start(program.data().resolve("postgres")).databaseUrl();
    var all = new StringBuilder();
    try (var directory = new Directory(databaseUrl)) {
      for (String table :
          directory.rows(
              "select table_name from information_schema.tables where table_schema = 'public'")) {
        directory.rows("select t::text from \"%s\" t".formatted(table)).forEach(all::append);
      }
    }
    assertThat(all.toString())
        .contains("umbrella")
        .doesNotContain(Words.MARKER, HexFormat.of().formatHex(Words.MARKER.getBytes(UTF_8)));
  }

  private static void assertNotInFiles() throws IOException {
    boolean control = false;
    for (Path file : Folder.files(program.data())) {
      String text = Folder.read(file);
      control |= text.contains("off-openai-chat");
      assertThat(text.contains(Words.MARKER)).as("%s", file).isFalse();
    }
    assertThat(control).isTrue();
  }

  @Test
  void ofOneConversationThroughSeveralProvidersThereIsWhatEachRecords() {
    Dialect chat = Dialect.OPENAI_CHAT;
    chat.hold(chat.create("mixed-both", false, true, true), "mixed", false, Words.OPEN);
    chat.hold(chat.create("mixed-none", true, false, false), "mixed", true, Words.COVERT);
    chat.hold(chat.create("mixed-in", false, true, false), "mixed", false, Words.OPEN);
    chat.hold(chat.create("mixed-out", true, false, true), "mixed", true, Words.OPEN);

    JsonArray turns = turns("mixed", 8);
    assertWhole(chat, turns.getJsonObject(0), turns.getJsonObject(1));
    for (int i = 2; i < 4; i++) {
      assertNotRecorded(turns.getJsonObject(i), "input");
      assertNotRecorded(turns.getJsonObject(i), "output");
    }
    for (int i = 4; i < 6; i++) {
      assertThat(messages(turns.getJsonObject(i), "input").getJsonObject(1))
          .isEqualTo(text("user", Words.OPEN.question()));
      assertNotRecorded(turns.getJsonObject(i), "output");
    }
    for (int i = 6; i < 8; i++) {
      assertNotRecorded(turns.getJsonObject(i), "input");
      assertThat(messages(turns.getJsonObject(i), "output")).hasSize(1);
    }
    assertThat(turns.encode()).doesNotContain(Words.MARKER);
    Sweep admin = Sweep.signedIn(new Sweep.Resources(program, aimock), program.token(), "admin");
    String page = admin.resources().page("/transcripts/mixed", "adp=" + admin.session()).body();
    assertThat(page)
        .contains(
            Words.OPEN.answer(),
            "Record inputs was off for this provider when the call was made.",
            "Record outputs was off for this provider when the call was made.",
            "Partly recorded")
        .doesNotContain(Words.MARKER);
  }
}

package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.BaseUrl;
import dev.adp.domain.Cost;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.RecordedMessages;
import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import dev.adp.http.MetricsText;
import dev.adp.store.Drafts;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.semconv.ErrorAttributes;
import io.opentelemetry.semconv.HttpAttributes;
import io.opentelemetry.semconv.ServerAttributes;
import io.opentelemetry.semconv.incubating.GenAiIncubatingAttributes;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Spans as a receiver gets them. */
@Timeout(60)
class CallSpansTest {
  private static final Instant START = Instant.parse("2026-11-29T12:00:00Z");
  private static final RecordedMessages IN = new RecordedMessages("[\"in\"]", false);
  private static final RecordedMessages OUT = new RecordedMessages("[\"out\"]", false);
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  private final OtlpReceiver receiver = new OtlpReceiver();

  @AfterEach
  void stop() {
    receiver.close();
  }

  private CallSpans exported() {
    return exported(receiver.url().resolve("/v1/traces"), Duration.ofSeconds(10));
  }

  private static CallSpans exported(URI url, Duration timeout) {
    return CallSpans.exported(
        new OtlpSettings(
            url, Map.of("x-api-key", "key"), timeout, true, Map.of("service.name", "gw")));
  }

  private static Turn.Head head(String... traceparent) {
    var provider =
        new LlmProvider(
            UUID.randomUUID(),
            Drafts.anthropic("claude", "https://claude.test:8443"),
            START,
            START,
            "a",
            "a",
            1);
    return new Turn.Head(
        provider,
        Wire.ANTHROPIC,
        "/v1/messages",
        Arrays.stream(traceparent).findFirst(),
        "talk-1",
        "");
  }

  private static UsageRecord call(Outcome outcome, int status) {
    return new UsageRecord(
        UUID.randomUUID(),
        START,
        UUID.randomUUID(),
        "anthropic",
        "claude-haiku-4-5",
        "claude-haiku-4-5-20251001",
        "someone@example.com",
        "clerk",
        "talk-1",
        "POST /v1/messages",
        true,
        outcome,
        status,
        UsageState.REPORTED,
        "msg_1",
        "",
        1_500_000,
        Optional.of(1_000L),
        10,
        20,
        new Tokens(1, 2, 4, 8, 16, 32, 64, 128),
        Optional.empty(),
        new Cost(0, 0, 0, 0, 0, 0, 0, 0, 0),
        "catalog",
        false,
        "");
  }

  @Test
  void aSpanSaysWhatTheConventionsAskFor() throws Exception {
    CallSpans.Ids ids;
    try (var spans = exported()) {
      ids =
          spans.record(
              head("00-" + TRACE + "-b7ad6b7169203331-01"),
              call(Outcome.OK, 200),
              List.of("stop"),
              Optional.of(IN),
              Optional.of(OUT));
    }
    OtlpReceiver.Received got = receiver.next();
    Span span = got.span();
    assertThat(span.getName()).isEqualTo("chat claude-haiku-4-5");
    assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
    assertThat(HexFormat.of().formatHex(span.getTraceId().toByteArray()))
        .isEqualTo(TRACE)
        .isEqualTo(ids.traceId());
    assertThat(HexFormat.of().formatHex(span.getSpanId().toByteArray())).isEqualTo(ids.spanId());
    assertThat(HexFormat.of().formatHex(span.getParentSpanId().toByteArray()))
        .isEqualTo("b7ad6b7169203331");
    assertThat(ids.parentSpanId()).contains("b7ad6b7169203331");
    assertThat(span.getStartTimeUnixNano()).isEqualTo(START.getEpochSecond() * 1_000_000_000L);
    assertThat(span.getEndTimeUnixNano() - span.getStartTimeUnixNano()).isEqualTo(1_500_000_000L);
    assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
    assertThat(got.text("gen_ai.operation.name")).isEqualTo("chat");
    assertThat(got.text("gen_ai.provider.name")).isEqualTo("anthropic");
    assertThat(got.text("gen_ai.request.model")).isEqualTo("claude-haiku-4-5");
    assertThat(got.text("gen_ai.response.model")).isEqualTo("claude-haiku-4-5-20251001");
    assertThat(got.text("gen_ai.response.id")).isEqualTo("msg_1");
    assertThat(
            got.attribute("gen_ai.response.finish_reasons")
                .getValue()
                .getArrayValue()
                .getValues(0)
                .getStringValue())
        .isEqualTo("stop");
    assertThat(got.text("gen_ai.conversation.id")).isEqualTo("talk-1");
    assertThat(got.text("gen_ai.agent.name")).isEqualTo("clerk");
    assertThat(got.text("gen_ai.input.messages")).isEqualTo("[\"in\"]");
    assertThat(got.text("gen_ai.output.messages")).isEqualTo("[\"out\"]");
    assertThat(got.text("server.address")).isEqualTo("claude.test");
    assertThat(got.number("server.port")).isEqualTo(8443);
    assertThat(got.number("http.response.status_code")).isEqualTo(200);
    assertThat(got.has("error.type")).isFalse();
  }

  /** A caller that samples its own traces does not take its calls out of what is recorded. */
  @Test
  void aCallIsASpanHoweverItsCallerSamples() throws Exception {
    String unsampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    try (var spans = exported()) {
      spans.record(
          head(unsampled), call(Outcome.OK, 200), List.of(), Optional.empty(), Optional.empty());
    }
    assertThat(receiver.next().span().getName()).isEqualTo("chat claude-haiku-4-5");
  }

  /** Caches are in the input, reasoning is in the output: 1+4+8+16+32+128 and 2+64. */
  @Test
  void tokensAreCountedAsTheConventionsCountThem() throws Exception {
    try (var spans = exported()) {
      var _ =
          spans.record(
              head(), call(Outcome.OK, 200), List.of(), Optional.empty(), Optional.empty());
    }
    OtlpReceiver.Received got = receiver.next();
    assertThat(got.number("gen_ai.usage.input_tokens")).isEqualTo(189);
    assertThat(got.number("gen_ai.usage.output_tokens")).isEqualTo(66);
    assertThat(got.number("gen_ai.usage.cache_read.input_tokens")).isEqualTo(4);
    assertThat(got.number("gen_ai.usage.cache_creation.input_tokens")).isEqualTo(56);
    assertThat(got.has("gen_ai.input.messages")).isFalse();
    assertThat(got.has("gen_ai.output.messages")).isFalse();
    assertThat(got.has("gen_ai.response.finish_reasons")).isFalse();
    assertThat(got.span().getParentSpanId().isEmpty()).isTrue();
    assertThat(got.headers()).containsEntry("x-api-key", "key");
    assertThat(got.resource().getAttributesList())
        .anySatisfy(
            one -> {
              assertThat(one.getKey()).isEqualTo("service.name");
              assertThat(one.getValue().getStringValue()).isEqualTo("gw");
            });
  }

  @Test
  void errorsHaveTheirType() throws Exception {
    try (var spans = exported()) {
      var _ =
          spans.record(
              head(),
              call(Outcome.UPSTREAM_ERROR, 429),
              List.of(),
              Optional.empty(),
              Optional.empty());
      var _ =
          spans.record(
              head(),
              call(Outcome.CLIENT_GONE, 499),
              List.of(),
              Optional.empty(),
              Optional.empty());
    }
    OtlpReceiver.Received refused = receiver.next();
    assertThat(refused.text("error.type")).isEqualTo("429");
    assertThat(refused.span().getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
    assertThat(receiver.next().text("error.type")).isEqualTo("client_gone");
  }

  /** Every name is one that the conventions have, of the same type. */
  @Test
  void namesAreThoseOfTheConventions() throws Exception {
    Map<String, Object> known = constants(GenAiIncubatingAttributes.class);
    // Their generator leaves out attributes of any type; the registry has these two.
    Set<String> anyType = Set.of("gen_ai.input.messages", "gen_ai.output.messages");
    Map<String, Object> ours = constants(CallSpans.class);
    Set<String> names =
        ours.keySet().stream()
            .filter(name -> name.startsWith("gen_ai.") && !anyType.contains(name))
            .collect(Collectors.toSet());
    assertThat(names).hasSizeGreaterThan(10);
    assertThat(known.keySet()).containsAll(names);
    for (String name : names) {
      assertThat(known.get(name)).as(name).isEqualTo(ours.get(name));
    }
    Map<String, Object> stable = new HashMap<>(constants(ServerAttributes.class));
    stable.putAll(constants(ErrorAttributes.class));
    stable.putAll(constants(HttpAttributes.class));
    Map<String, Object> others = new HashMap<>(ours);
    others.keySet().removeIf(name -> name.startsWith("gen_ai."));
    assertThat(others).hasSizeGreaterThan(3);
    assertThat(stable).containsAllEntriesOf(others);
  }

  private static Map<String, Object> constants(Class<?> type) throws IllegalAccessException {
    Map<String, Object> constants = new HashMap<>();
    for (Field field : type.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers())
          && AttributeKey.class.isAssignableFrom(field.getType())) {
        field.setAccessible(true);
        AttributeKey<?> key = (AttributeKey<?>) field.get(null);
        constants.put(key.getKey(), key);
      }
    }
    return constants;
  }

  @Test
  void whatAReceiverDoesNotTakeIsCounted() {
    receiver.answers(400);
    CallSpans spans = exported();
    var _ =
        spans.record(head(), call(Outcome.OK, 200), List.of(), Optional.empty(), Optional.empty());
    spans.close();
    var text = new MetricsText();
    spans.write(text);
    assertThat(text.toString()).contains("adp_spans_dropped_total{reason=\"receiver\"} 1");
  }

  @Test
  void aReceiverThatIsNotThereBlocksNobodyAndEndsInTime() throws IOException {
    int nobody;
    try (var socket = new ServerSocket(0)) {
      nobody = socket.getLocalPort();
    }
    var spans =
        exported(URI.create("http://127.0.0.1:" + nobody + "/v1/traces"), Duration.ofMillis(100));
    for (int i = 0; i < 5_000; i++) {
      assertThat(
              spans
                  .record(
                      head(), call(Outcome.OK, 200), List.of(), Optional.empty(), Optional.empty())
                  .traceId())
          .matches("[0-9a-f]{32}");
    }
    spans.close();
    var text = new MetricsText();
    spans.write(text);
    assertThat(text.toString()).contains("adp_spans_exported_total 0");
    long dropped =
        text.toString()
            .lines()
            .filter(line -> line.startsWith("adp_spans_dropped_total{"))
            .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
            .sum();
    assertThat(dropped).isEqualTo(5_000);
  }

  @Test
  void spansHaveIdsWhenTheyGoNowhere() {
    try (var spans = CallSpans.unexported()) {
      String before = TimeOrderedIds.traceId(System.currentTimeMillis() - 1);
      CallSpans.Ids ids =
          spans.record(
              head(), call(Outcome.OK, 200), List.of(), Optional.empty(), Optional.empty());
      assertThat(ids.traceId())
          .matches("[0-9a-f]{32}")
          .isBetween(before, TimeOrderedIds.traceId(System.currentTimeMillis() + 1));
      assertThat(ids.spanId()).matches("[0-9a-f]{16}").isNotEqualTo("0".repeat(16));
    }
  }

  @Test
  void providersHaveTheirNames() {
    assertThat(name("https://api.openai.com/v1")).isEqualTo("openai");
    assertThat(name("https://mine.openai.azure.com")).isEqualTo("azure.ai.openai");
    assertThat(name("https://api.groq.com/openai/v1")).isEqualTo("groq");
    assertThat(name("https://api.x.ai/v1")).isEqualTo("x_ai");
    assertThat(name("https://relax.ai/v1")).isEqualTo("openai");
    assertThat(name("http://vllm:8000/v1")).isEqualTo("openai");
  }

  private static String name(String url) {
    assertThat(BaseUrl.of("base_url", url)).isNotNull();
    return ProviderNames.of(Drafts.compatible("one", url, true).config());
  }
}

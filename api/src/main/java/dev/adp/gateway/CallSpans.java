package dev.adp.gateway;

import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringArrayKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;

import dev.adp.domain.LlmProvider;
import dev.adp.domain.RecordedMessages;
import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import dev.adp.http.MetricsText;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The calls of models as spans, in the words of OpenTelemetry's conventions for generative AI. They
 * have ids whether they are sent anywhere or not.
 */
public final class CallSpans implements AutoCloseable {
  static final AttributeKey<String> OPERATION = stringKey("gen_ai.operation.name");
  static final AttributeKey<String> PROVIDER = stringKey("gen_ai.provider.name");
  static final AttributeKey<String> REQUEST_MODEL = stringKey("gen_ai.request.model");
  static final AttributeKey<String> RESPONSE_MODEL = stringKey("gen_ai.response.model");
  static final AttributeKey<String> RESPONSE_ID = stringKey("gen_ai.response.id");
  static final AttributeKey<List<String>> FINISH_REASONS =
      stringArrayKey("gen_ai.response.finish_reasons");
  static final AttributeKey<Long> INPUT_TOKENS = longKey("gen_ai.usage.input_tokens");
  static final AttributeKey<Long> OUTPUT_TOKENS = longKey("gen_ai.usage.output_tokens");
  static final AttributeKey<Long> CACHE_READ = longKey("gen_ai.usage.cache_read.input_tokens");
  static final AttributeKey<Long> CACHE_CREATION =
      longKey("gen_ai.usage.cache_creation.input_tokens");
  static final AttributeKey<String> CONVERSATION = stringKey("gen_ai.conversation.id");
  static final AttributeKey<String> AGENT = stringKey("gen_ai.agent.name");
  static final AttributeKey<String> INPUT_MESSAGES = stringKey("gen_ai.input.messages");
  static final AttributeKey<String> OUTPUT_MESSAGES = stringKey("gen_ai.output.messages");
  static final AttributeKey<String> SERVER_ADDRESS = stringKey("server.address");
  static final AttributeKey<Long> SERVER_PORT = longKey("server.port");
  static final AttributeKey<String> ERROR_TYPE = stringKey("error.type");
  static final AttributeKey<Long> STATUS = longKey("http.response.status_code");

  /** Whatever the caller's own sampling says: no application opts out of what is recorded. */
  private static final Sampler EVERY_CALL = Sampler.alwaysOn();

  private static final String NAME = "dev.adp.gateway";
  private static final int ERROR_STATUS_MIN = 400;
  private static final long WAITING_BYTES_MAX = 64L << 20;

  /** The one header that names a parent; reads from its text. */
  private static final TextMapGetter<String> TRACEPARENT =
      new TextMapGetter<>() {
        @Override
        public @Nullable String get(@Nullable String header, String key) {
          return key.equals("traceparent") ? header : null;
        }
      };

  private static final IdGenerator IDS = new TimeOrderedIds();

  private final Optional<Exported> exported;

  /** Where spans go. */
  private record Exported(SdkTracerProvider provider, Tracer tracer, SpanExport export) {}

  /** What a span is known by. */
  record Ids(String traceId, String spanId, Optional<String> parentSpanId) {}

  private CallSpans(Optional<Exported> exported) {
    this.exported = exported;
  }

  /** Spans that go nowhere: calls have their ids, and nothing else is made of them. */
  public static CallSpans unexported() {
    return new CallSpans(Optional.empty());
  }

  /** Spans that are sent to a receiver. */
  public static CallSpans exported(OtlpSettings settings) {
    OtlpHttpSpanExporterBuilder exporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(settings.traces().toString())
            .setTimeout(settings.timeout())
            .setCompression(settings.gzip() ? "gzip" : "none");
    settings.headers().forEach(exporter::addHeader);
    var export = new SpanExport(exporter.build(), WAITING_BYTES_MAX, settings.timeout());
    AttributesBuilder resource = Attributes.builder();
    settings.resource().forEach(resource::put);
    SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setSampler(EVERY_CALL)
            .setIdGenerator(IDS)
            .setResource(Resource.getDefault().merge(Resource.create(resource.build())))
            .addSpanProcessor(export)
            .build();
    return new CallSpans(Optional.of(new Exported(provider, provider.get(NAME), export)));
  }

  boolean areExported() {
    return exported.isPresent();
  }

  /** Makes the span of a call that has ended. */
  Ids record(
      Turn.Head head,
      UsageRecord call,
      List<String> finishReasons,
      Optional<RecordedMessages> input,
      Optional<RecordedMessages> output) {
    Context parent =
        head.traceparent()
            .map(
                header ->
                    W3CTraceContextPropagator.getInstance()
                        .extract(Context.root(), header, TRACEPARENT))
            .orElse(Context.root());
    SpanContext of = Span.fromContext(parent).getSpanContext();
    Optional<String> parentSpanId = of.isValid() ? Optional.of(of.getSpanId()) : Optional.empty();
    if (exported.isEmpty()) {
      String traceId = of.isValid() ? of.getTraceId() : IDS.generateTraceId();
      return new Ids(traceId, IDS.generateSpanId(), parentSpanId);
    }
    String operation = head.speech().operation();
    Optional<String> error = error(call);
    Span span =
        exported
            .get()
            .tracer()
            .spanBuilder(call.model().isEmpty() ? operation : operation + " " + call.model())
            .setParent(parent)
            .setSpanKind(SpanKind.CLIENT)
            .setStartTimestamp(call.startedAt())
            .setAllAttributes(attributes(operation, head.provider(), call))
            .startSpan();
    if (!finishReasons.isEmpty()) {
      span.setAttribute(FINISH_REASONS, finishReasons);
    }
    input
        .filter(RecordedMessages::isKept)
        .ifPresent(messages -> span.setAttribute(INPUT_MESSAGES, messages.json()));
    output
        .filter(RecordedMessages::isKept)
        .ifPresent(messages -> span.setAttribute(OUTPUT_MESSAGES, messages.json()));
    error.ifPresent(type -> span.setAttribute(ERROR_TYPE, type).setStatus(StatusCode.ERROR));
    Instant end = call.startedAt().plus(call.latencyMicros(), ChronoUnit.MICROS);
    span.end(end);
    return new Ids(
        span.getSpanContext().getTraceId(), span.getSpanContext().getSpanId(), parentSpanId);
  }

  private static Attributes attributes(String operation, LlmProvider provider, UsageRecord call) {
    var upstream = provider.config().upstream();
    var all =
        Attributes.builder()
            .put(OPERATION, operation)
            .put(PROVIDER, ProviderNames.of(provider.config()))
            .put(SERVER_ADDRESS, upstream.host())
            .put(SERVER_PORT, (long) upstream.port())
            .put(STATUS, (long) call.status());
    putUnlessEmpty(all, REQUEST_MODEL, call.model());
    putUnlessEmpty(all, RESPONSE_MODEL, call.modelAnswered());
    putUnlessEmpty(all, RESPONSE_ID, call.upstreamId());
    putUnlessEmpty(all, CONVERSATION, call.conversationId());
    putUnlessEmpty(all, AGENT, call.agent());
    if (call.usageState() != UsageState.MISSING) {
      usage(all, call.tokens());
    }
    return all.build();
  }

  private static void putUnlessEmpty(AttributesBuilder all, AttributeKey<String> key, String text) {
    if (!text.isEmpty()) {
      all.put(key, text);
    }
  }

  /** Input is all that the model read, from caches and into them too; output all that it wrote. */
  private static void usage(AttributesBuilder all, Tokens tokens) {
    all.put(INPUT_TOKENS, tokens.prompt());
    all.put(OUTPUT_TOKENS, tokens.output() + tokens.reasoning());
    all.put(CACHE_READ, tokens.cached());
    all.put(
        CACHE_CREATION,
        tokens.cacheCreation5m() + tokens.cacheCreation1h() + tokens.cacheCreationUnknownTtl());
  }

  private static Optional<String> error(UsageRecord call) {
    if (call.outcome() == Outcome.OK) {
      return Optional.empty();
    }
    return Optional.of(
        call.outcome() == Outcome.UPSTREAM_ERROR && call.status() >= ERROR_STATUS_MIN
            ? String.valueOf(call.status())
            : call.outcome().name().toLowerCase(Locale.ROOT));
  }

  void write(MetricsText text) {
    exported.ifPresent(spans -> spans.export().write(text));
  }

  /** Sends what is left. */
  @Override
  public void close() {
    exported.ifPresent(spans -> spans.provider().close());
  }
}

package dev.adp.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** Chat completions of the echo model, as bare HTTP. */
final class Calls {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI url;
  private final String token;

  /** What a caller has seen of his call. */
  enum Outcome {
    COMPLETE,
    REFUSED,
    CUT
  }

  Calls(Program program, String provider) {
    this(program.gateway(), program.token(), provider);
  }

  Calls(URI gateway, String token, String provider) {
    this.url = gateway.resolve("/llm/v1/providers/" + provider + "/chat/completions");
    this.token = token;
  }

  /** One call; it is complete once the client has seen the end of the answer. */
  Outcome one(boolean stream) {
    return one(stream, "");
  }

  /**
   * The same as a turn of a conversation.
   *
   * @param conversation empty = of none
   */
  Outcome one(boolean stream, String conversation) {
    try {
      HttpResponse<Stream<String>> answer =
          http.send(request(stream, conversation), BodyHandlers.ofLines());
      String last = lastLine(answer.body());
      if (answer.statusCode() != 200) {
        return Outcome.REFUSED;
      }
      return (stream ? last.equals("data: [DONE]") : last.endsWith("}"))
          ? Outcome.COMPLETE
          : Outcome.CUT;
    } catch (IOException _) {
      return Outcome.CUT;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The last line that says something; whatever happens to the connection after it. */
  private static String lastLine(Stream<String> lines) {
    var last = new AtomicReference<>("");
    try (lines) {
      lines.filter(line -> !line.isBlank()).forEach(last::set);
    } catch (UncheckedIOException _) {
      // The connection was cut.
    }
    return last.get();
  }

  /** Many calls over that many connections, every second one streamed. */
  List<Outcome> many(int calls, int connections) {
    try (ExecutorService callers = Executors.newFixedThreadPool(connections)) {
      var running = new ArrayList<Future<Outcome>>();
      for (int i = 0; i < calls; i++) {
        boolean stream = i % 2 == 0;
        running.add(callers.submit(() -> one(stream)));
      }
      var outcomes = new ArrayList<Outcome>();
      for (Future<Outcome> call : running) {
        outcomes.add(call.get());
      }
      return outcomes;
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A stream whose end somebody waits for elsewhere. */
  CompletableFuture<String> stream(String conversation) {
    return http.sendAsync(request(true, conversation), BodyHandlers.ofString())
        .thenApply(HttpResponse::body);
  }

  private HttpRequest request(boolean stream, String conversation) {
    return HttpRequest.newBuilder(url)
        .header("x-redpanda-genai-conversation", conversation)
        .header("authorization", "Bearer " + token)
        .header("content-type", "application/json")
        .POST(
            BodyPublishers.ofString(
                """
                {"model":"gpt-5.4-mini","stream":%s,"messages":[{"role":"user","content":"Hello there"}]}
                """
                    .formatted(stream)))
        .build();
  }
}

package dev.adp.e2e;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * How long transcripts take with a million turns in a hundred thousand conversations, one of which
 * has ten thousand. As {@link ListBench} it asserts nothing about time; {@code
 * -Dtest=TranscriptListBench} runs it.
 */
class TranscriptListBench {
  /** Fewer for a look at whether it starts: {@code -Dadp.bench.conversations=1000}. */
  private static final int CONVERSATIONS = Integer.getInteger("adp.bench.conversations", 100_000);

  private static final int AT_ONCE = Math.min(5_000, CONVERSATIONS);
  private static final int PROVIDERS = 20;

  /** Ten turns for each conversation, of which the one with number 7 has ten thousand. */
  private static final List<String> FILLING =
      List.of(
          """
          insert into usage_record
          select now() - c * interval '20 seconds' + n * interval '1 second', md5(c || ' ' || n)::uuid, uid, type, 'model-' || c %% 7,
            'model', 'user-' || c %% 50, case when c %% 3 = 0 then 'agents/agent-' || c %% 40 else '' end, 'c-' || c,
            'POST /v1/messages', true, case when c %% 50 = 0 and n = 1 then 'UPSTREAM_ERROR' else 'OK' end, 200, 'REPORTED', '',
            1000000, 1000, 1000, 1000, 1000, 100, 0, 0, 0, 0, 0, 0, 1000, 1000, 0, 0, 0, 0, 0, 0, 0, 'bench'
          from generate_series(%d, %d) as c
          join llm_provider on name = 'bench-' || c %% %d,
          generate_series(1, case when c = 7 then 10000 else 10 end) as n
          """,
          """
          insert into transcript_turn
          select started_at, id, provider_uid, conversation_id, '', '', 'trace', 'span', '', 'stop',
            'RECORDED', '[{"role":"user","parts":[{"type":"text","content":"Question ' || id || '"}]}]',
            'RECORDED', '[{"role":"assistant","parts":[{"type":"text","content":"Answer ' || id || '"}]}]'
          from usage_record where conversation_id in (select 'c-' || c from generate_series(%d, %d) as c)
          """,
          """
          insert into transcript_conversation
          select conversation_id, min(started_at), max(started_at), count(*), count(*) filter (where outcome <> 'OK'), 0,
            count(*), count(*), sum(tokens_input), 0, sum(cost_input), max(started_at), 'OK', array_agg(distinct provider_uid),
            array_remove(array_agg(distinct agent), ''), array_agg(distinct user_name), array_agg(distinct model)
          from usage_record where conversation_id in (select 'c-' || c from generate_series(%d, %d) as c) group by 1
          """);

  private static final List<String> PATHS =
      List.of(
          "/v1/transcripts?page_size=50",
          "/v1/transcripts?page_size=1000",
          "/v1/transcripts?provider=bench-3",
          "/v1/transcripts?agent=agent-9",
          "/v1/transcripts?failed=true",
          "/v1/transcripts?status=ABORTED",
          "/v1/transcripts?recorded=false",
          "/v1/transcripts?q=c-99",
          "/v1/transcripts?q=user-7",
          "/v1/transcripts?q=nobody",
          "/v1/transcripts/c-500",
          "/v1/transcripts/c-7?page_size=50");

  private static final List<String> PAGES =
      List.of(
          "/transcripts", "/transcripts?agent=agent-9", "/transcripts/c-500", "/transcripts/c-7");

  @Test
  void run() throws Exception {
    try (var bench = BenchProgram.start("adp-transcript-bench")) {
      Program program = bench.program();
      Directory directory = bench.directory();
      fill(program.rest(), directory);
      var rows = new StringBuilder(ListBench.HEADING);
      for (String path : PATHS) {
        rows.append(
            ListBench.measure(
                path.substring("/v1".length()),
                HttpRequest.newBuilder(program.portal().resolve(path))
                    .header("authorization", "Bearer " + program.token())
                    .build()));
      }
      String session = Sweep.signedIn(bench.resources(), "", "admin").session();
      for (String path : PAGES) {
        rows.append(
            ListBench.measure(
                "portal " + path,
                HttpRequest.newBuilder(program.portal().resolve(path))
                    .header("accept", "text/html")
                    .header("cookie", "adp=" + session)
                    .build()));
      }
      ListBench.write(
          "transcript-lists.md",
          """
      # How long transcripts take to list and to read

      Written by `./adp bench lists`: %,d conversations; one request at a time, ms from the first byte sent to the last
      byte read.

      %s"""
              .formatted(CONVERSATIONS, rows));
    }
  }

  private static void fill(Rest rest, Directory directory) {
    World.putSecret(rest, World.SECRET, "value");
    for (int i = 0; i < PROVIDERS; i++) {
      rest.post(
          "/v1/llm-providers",
          new JsonObject()
              .put("name", "bench-" + i)
              .put("display_name", "Team " + i)
              .put("openai_config", new JsonObject().put("api_key_ref", World.SECRET)));
    }
    // Each statement must end in the time that any may take: so part by part.
    for (int c = 0; c < CONVERSATIONS; c += AT_ONCE) {
      for (String statement : FILLING) {
        directory.execute(statement.formatted(c, c + AT_ONCE - 1, PROVIDERS));
      }
    }
    directory.execute("vacuum analyze");
  }
}

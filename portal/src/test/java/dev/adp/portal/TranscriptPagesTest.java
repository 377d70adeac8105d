package dev.adp.portal;

import static dev.adp.store.Turns.by;
import static dev.adp.store.Turns.call;
import static dev.adp.store.Turns.kept;
import static dev.adp.store.Turns.message;
import static dev.adp.store.Turns.said;
import static dev.adp.store.Turns.silent;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.CallTranscript;
import dev.adp.domain.Cost;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.RecordedMessages;
import dev.adp.domain.Records;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.Tokens;
import dev.adp.domain.Transcripts;
import dev.adp.domain.UsageRecord;
import dev.adp.store.Drafts;
import dev.adp.store.Turns;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What was said, as people read it. */
class TranscriptPagesTest {
  @RegisterExtension static final PortalExtension portal = new PortalExtension();

  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  private static final int BYTES_MAX = 100_000;

  /** Elements of these pages that the style sheet isolates. */
  private static final Set<String> ISOLATED =
      Set.of("a", "b", "bdi", "code", "dd", "h1", "li", "pre", "span", "summary", "strong");

  private static Browser admin = new Browser(URI.create("http://127.0.0.1"));
  private static UUID provider = new UUID(0, 0);

  @BeforeAll
  static void prepare() throws Exception {
    admin = portal.signedIn("admin");
    provider =
        portal
            .repository()
            .providers()
            .create(
                PortalExtension.ADMIN,
                Drafts.compatible("team-a", "https://llm.example.com", true),
                List.of())
            .uid();
  }

  private static UsageRecord keep(UsageRecord call, CallTranscript transcript) {
    return Turns.keep(portal.database(), call, transcript);
  }

  private static UsageRecord at(long seconds, String conversation) {
    return call(provider, START.plusSeconds(seconds), conversation);
  }

  private static String page(String path) throws Exception {
    HttpResponse<String> page = admin.get(path);
    assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
    assertThat(page.body().getBytes(UTF_8)).hasSizeLessThan(BYTES_MAX);
    return page.body();
  }

  @Test
  void theListShowsAConversationAndItsFiltersAreChips() throws Exception {
    keep(by("agents/triage", at(0, "list/1")), said("t1", "Hello", "Hi."));
    String list = page("/transcripts?q=list%2F1&agent=triage&status=ok&recorded=yes");
    assertThat(list)
        .contains("href=\"/transcripts/list%2F1\"", ">triage</span>", "Completed", "Display team-a")
        .contains("Remove filter Search", "Remove filter Agent", "Remove filter Status")
        .contains("href=\"/transcripts?agent=triage&amp;status=ok&amp;recorded=yes\"");
    assertThat(page("/transcripts?q=list%2F1&status=failed")).contains("Nothing matches");
    assertThat(page("/transcripts?agent=triage&status=nonsense&from=yesterday")).contains("list/1");
    assertThat(admin.get("/transcripts?after=x").statusCode()).isEqualTo(422);
  }

  @Test
  void theListIsNarrowedByProviderAndDays() throws Exception {
    keep(at(0, "days/1"), said("t1", "Hello", "Hi."));
    for (String within :
        List.of(
            "provider=team-a",
            "from=2026-11-22",
            "to=2026-11-22",
            "from=2026-11-21&to=2026-11-23")) {
      assertThat(page("/transcripts?q=days&" + within)).as(within).contains("days/1");
    }
    for (String without :
        List.of(
            "provider=nobody",
            "from=2026-11-23",
            "to=2026-11-21",
            "status=client_gone",
            "recorded=no")) {
      assertThat(page("/transcripts?q=days&" + without)).as(without).contains("Nothing matches");
    }
  }

  /** Also where nothing is recorded. */
  @Test
  void eachTurnSaysWhatItTookAndCost() throws Exception {
    UsageRecord call =
        Records.with(
            at(0, "facts"),
            Map.of(
                "modelAnswered",
                "gpt-5-2026",
                "latencyMicros",
                3_100_000L,
                "tokens",
                new Tokens(7, 5, 3, 0, 0, 0, 2, 0),
                "cost",
                new Cost(1_000_000, 500_000, 0, 0, 0, 0, 0, 0, 0)));
    keep(call, silent("t1"));
    String shown = page("/transcripts/facts");
    assertThat(shown)
        .contains("gpt-5-2026", "Display team-a", "3.1 s", "10 in · 7 out", "$0.015", "Completed")
        .contains(
            "<dt>Turns</dt><dd>1</dd>", "<dt>Errors</dt><dd>0</dd>", "<dt>Tokens</dt><dd>17</dd>");
  }

  @Test
  void moreIsLoadedByALinkThatAlsoWorksAlone() throws Exception {
    for (int i = 0; i < 55; i++) {
      keep(by("agents/many", at(i, "many-%02d".formatted(i))), silent("t" + i));
    }
    String first = page("/transcripts?agent=many");
    assertThat(first).contains("many-54", "many-30").doesNotContain("many-29");
    String next = between(first, "hx-get=\"", "\"").replace("&amp;", "&");
    assertThat(first)
        .contains("hx-select=\"#rows &gt; tr\"", "href=\"" + next.replace("&", "&amp;"));
    assertThat(page(next)).contains("many-29", "many-05", "Load more").doesNotContain(">many-30<");
  }

  /** What stands between two texts, and ends so. */
  private static String between(String text, String start, String end, String last) {
    int to = text.indexOf(last) + last.length();
    return text.substring(text.lastIndexOf(start, to) + start.length(), text.indexOf(end, to));
  }

  private static String between(String text, String start, String end) {
    int from = text.indexOf(start) + start.length();
    return text.substring(from, text.indexOf(end, from));
  }

  /** Each call sends the whole conversation again: an investigator wants what is new. */
  @Test
  void whatWasSentAgainIsFolded() throws Exception {
    String system = message("system", "Be brief.");
    keep(
        at(0, "grows"),
        Turns.transcript(
            "t1",
            "",
            kept(system, message("user", "First question")),
            kept(message("assistant", "First answer"))));
    keep(
        at(9, "grows"),
        Turns.transcript(
            "t2",
            "",
            kept(
                system,
                message("user", "First question"),
                message("assistant", "First answer"),
                message("user", "First question")),
            kept(message("assistant", "Second answer"))));
    String shown = page("/transcripts/grows");
    assertThat(shown).contains("3 earlier messages, sent again");
    String second = shown.substring(shown.indexOf("sent again"));
    String fresh = second.substring(second.indexOf("</details>"));
    assertThat(fresh)
        .as("the same words said again are new")
        .contains("class=\"bubble\">First question")
        .doesNotContain("Be brief.", "First answer");
  }

  @Test
  void aToolsResultIsShownWithItsCall() throws Exception {
    String call =
        """
        {"role":"assistant","parts":[{"type":"reasoning","content":"I look."},
         {"type":"tool_call","id":"c1","name":"get_weather","arguments":{"city":"Oslo"}}]}
        """;
    String result =
        """
        {"role":"tool","parts":[{"type":"tool_call_response","id":"c1","response":"12 degrees"}]}
        """;
    keep(at(0, "tools"), Turns.transcript("t1", "", kept(message("user", "Weather?")), kept(call)));
    keep(
        at(1, "tools"),
        Turns.transcript(
            "t2",
            "",
            kept(message("user", "Weather?"), call, result),
            kept(message("assistant", "12 degrees it is."))));
    String shown = page("/transcripts/tools");
    String folded = shown.substring(shown.indexOf("get_weather"));
    assertThat(folded.substring(0, folded.indexOf("</details>")))
        .contains("&quot;city&quot; : &quot;Oslo&quot;", "12 degrees");
    assertThat(shown).contains("Reasoning", "I look.", "Shown with its call.");
  }

  /** Gemini's calls go by the tool's name where they have no id. */
  @Test
  void callsOfOneIdHaveTheResultsInTheirOrder() throws Exception {
    String calls =
        """
        {"role":"assistant","parts":[
         {"type":"tool_call","id":"get_weather","name":"get_weather","arguments":{"city":"Oslo"}},
         {"type":"tool_call","id":"get_weather","name":"get_weather","arguments":{"city":"Bergen"}}]}
        """;
    String results =
        """
        {"role":"tool","parts":[
         {"type":"tool_call_response","id":"get_weather","response":"cold in the first"},
         {"type":"tool_call_response","id":"get_weather","response":"wet in the second"},
         {"type":"tool_call_response","id":"get_weather","response":"of no call"}]}
        """;
    String question = message("user", "Weather in both?");
    keep(at(0, "same-id"), Turns.transcript("t1", "", kept(question), kept(calls)));
    keep(at(1, "same-id"), Turns.transcript("t2", "", kept(question, calls, results), kept()));
    String shown = page("/transcripts/same-id");
    int oslo = shown.indexOf("Oslo");
    int bergen = shown.indexOf("Bergen");
    assertThat(shown.substring(oslo, bergen)).contains("cold in").doesNotContain("wet in");
    assertThat(shown.substring(bergen, shown.indexOf("</details>", bergen))).contains("wet in");
    assertThat(shown).containsOnlyOnce("of no call");
    assertThat(shown.split("Shown with its call\\.", -1)).hasSize(3);
  }

  @Test
  void whatWasRecordedStaysUntilItsProviderIsDeleted() throws Exception {
    var providers = portal.repository().providers();
    var name = new ResourceId("ended");
    LlmProvider.Draft draft = recording(name, new Transcripts(true, true));
    UUID ended = providers.create(PortalExtension.ADMIN, draft, List.of()).uid();
    keep(call(ended, START, "ended-1"), said("t1", "A plan", "It is noted."));
    providers.update(
        PortalExtension.ADMIN, name, _ -> true, _ -> recording(name, Transcripts.OFF), List.of());
    assertThat(page("/transcripts/ended-1")).contains("A plan", "It is noted.");
    providers.delete(PortalExtension.ADMIN, name, _ -> true);
    assertThat(admin.get("/transcripts/ended-1").statusCode()).isEqualTo(404);
  }

  private static LlmProvider.Draft recording(ResourceId name, Transcripts transcripts) {
    LlmProvider.Draft like = Drafts.compatible(name.value(), "https://llm.example.com", true);
    return new LlmProvider.Draft(
        name, "Ended", "", true, like.config(), like.models(), transcripts);
  }

  @Test
  void whatIsNotRecordedSaysSo() throws Exception {
    keep(at(0, "silent"), silent("t1"));
    keep(
        at(1, "silent"),
        Turns.transcript(
            "t2",
            "",
            Optional.of(new RecordedMessages("[" + message("user", "long…") + "]", true)),
            Optional.empty()));
    assertThat(page("/transcripts/silent"))
        .contains(
            "Record inputs was off for this provider when the call was made.",
            "Record outputs was off for this provider when the call was made.",
            "Part of this input was too large to be kept.",
            "Partly recorded")
        .doesNotContain("Not kept");
    keep(
        at(2, "silent"),
        Turns.transcript(
            "t3",
            "",
            Optional.of(RecordedMessages.NOT_KEPT),
            Optional.of(RecordedMessages.UNREADABLE)));
    assertThat(page("/transcripts/silent"))
        .contains(
            "Not kept",
            "There was no room for it: too much was to be recorded at the moment.",
            "It was in no form that is read: no JSON of this API, a file, or compressed otherwise");
  }

  /** Right-to-left overrides in it turn around nothing but themselves. */
  @Test
  void whatAnotherSaysEndsWithItsElement() throws Exception {
    String turned = "a\u202Eb";
    keep(
        by("agents/" + turned, Records.with(at(0, turned), Map.of("model", turned))),
        said("t1", turned, turned));
    String css =
        admin.get(between(page("/transcripts"), "href=\"", "\"", "transcripts.css")).body();
    assertThat(css).contains("unicode-bidi: isolate", "unicode-bidi: plaintext");
    for (String path : List.of("/transcripts", "/transcripts/" + Cursor.encoded(turned))) {
      Matcher around =
          Pattern.compile("<([a-z][a-z0-9]*)([^<>]*)>[^<>]*\u202E").matcher(page(path));
      while (around.find()) {
        boolean title = around.group(1).equals("title");
        boolean block = around.group(2).contains("class=\"bubble\"");
        assertThat(title || block || ISOLATED.contains(around.group(1)))
            .as(around.group())
            .isTrue();
      }
    }
  }

  @Test
  void longAndHostileTextsAreCutAndInert() throws Exception {
    String hostile = "<script>alert(1)</script>&<img src=x onerror=alert(1)>".repeat(4_000);
    String first = "";
    for (int i = 0; i < 25; i++) {
      UsageRecord kept =
          keep(at(i, "<b>hostile</b>"), said("<i>" + i, "q" + i + hostile, "a" + i + hostile));
      first = first.isEmpty() ? kept.id().toString() : first;
    }
    String shown = page("/transcripts/%3Cb%3Ehostile%3C%2Fb%3E");
    assertThat(shown).doesNotContain("<script>alert", "<img", "<b>hostile", "<i>");
    assertThat(shown).contains("Show all (", "Load more");
    String all = "/transcripts/%3Cb%3Ehostile%3C%2Fb%3E/turns/" + first + "/input";
    assertThat(shown).contains("href=\"" + all + "\"");
    HttpResponse<String> whole = admin.get(all);
    assertThat(whole.headers().firstValue("content-type")).hasValue("text/plain; charset=utf-8");
    assertThat(whole.headers().firstValue("x-content-type-options")).hasValue("nosniff");
    assertThat(whole.body()).contains("q0" + hostile);
    assertThat(admin.get(all.replace("/input", "/other")).statusCode()).isEqualTo(404);
    assertThat(admin.get("/transcripts/nobody").statusCode()).isEqualTo(404);
  }

  @Test
  void everyConversationInTheListHasItsPage() throws Exception {
    for (String id : List.of(".", "..", "~.", "a/../b", "what? ü", "%2E", "100%")) {
      UsageRecord kept = keep(by("agents/odd", at(0, id)), said("t1", "Hello", "I am " + id));
      String list = page("/transcripts?agent=odd&q=" + Cursor.encoded(id));
      int name = list.indexOf(">" + id + "</a>");
      String href = list.substring(list.lastIndexOf("href=\"", name) + 6, name - 1);
      assertThat(page(href)).as(href).contains("class=\"bubble\">I am " + id);
      assertThat(page(href + "/turns/" + kept.id() + "/output")).contains("I am " + id);
    }
    assertThat(admin.get("/transcripts/a%00b/turns/" + new UUID(0, 0) + "/input").statusCode())
        .isEqualTo(404);
  }

  @Test
  void onlyWhoMayReadTranscriptsFindsThem() throws Exception {
    keep(at(0, "private"), said("t1", "Hello", "Hi."));
    portal.addUser("tina", Role.TRANSCRIPT_READER);
    Browser reader = portal.signedIn("tina");
    assertThat(reader.get("/").headers().firstValue("location")).hasValue("/transcripts");
    assertThat(reader.get("/providers").body()).contains("href=\"/\">Start page");
    assertThat(reader.get("/transcripts/private").body())
        .contains("class=\"bubble\">Hi.", "href=\"/transcripts\"")
        .doesNotContain("href=\"/providers/team-a\"");
    portal.addUser("ivo", Role.LLM_PROVIDER_INVOKER);
    assertThat(portal.signedIn("ivo").get("/").headers().firstValue("location"))
        .hasValue("/docs/api");
    Browser writer = portal.signedIn("writer");
    assertThat(writer.get("/providers").body()).doesNotContain("href=\"/transcripts\"");
    for (String path : List.of("/transcripts", "/transcripts/private")) {
      assertThat(writer.get(path).statusCode()).isEqualTo(403);
      assertThat(writer.get(path).body()).doesNotContain("Hi.");
    }
  }
}

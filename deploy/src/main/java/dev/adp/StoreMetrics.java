package dev.adp;

import dev.adp.domain.CatalogFetch;
import dev.adp.http.MetricsText;
import dev.adp.http.MetricsText.Measure;
import dev.adp.store.CatalogVersions;
import dev.adp.store.ProviderSnapshot;
import dev.adp.store.RefusalLog;
import dev.adp.store.TranscriptLedger;
import dev.adp.store.UsageDrain;
import dev.adp.store.UsageJournal;
import java.time.Clock;
import java.time.Duration;

/** What the store of a process counts: usage on its way, configuration, refusals. */
final class StoreMetrics {
  private static final double MILLIS = 1_000;

  private final UsageJournal journal;
  private final UsageDrain drain;
  private final TranscriptLedger transcripts;
  private final ProviderSnapshot snapshot;
  private final RefusalLog refusals;
  private final CatalogVersions catalogs;
  private final Clock clock;

  StoreMetrics(StoreParts store) {
    this.journal = store.journal();
    this.drain = store.drain();
    this.transcripts = store.transcripts();
    this.snapshot = store.snapshot();
    this.refusals = store.refusals();
    this.catalogs = store.catalogVersions();
    this.clock = store.clock();
  }

  void write(MetricsText text) {
    text.single(
        "adp_usage_pending",
        Measure.GAUGE,
        "Usage records in the journal that wait for the database.",
        journal.pendingRecords());
    text.single(
        "adp_usage_oldest_seconds",
        Measure.GAUGE,
        "Age of the oldest usage record that waits for the database.",
        journal.oldestPending().toMillis() / MILLIS);
    text.single(
        "adp_usage_dropped_total",
        Measure.COUNTER,
        "Usage records that could not be kept; 0 in normal life.",
        journal.dropped());
    text.single(
        "adp_usage_rejected_total",
        Measure.COUNTER,
        "Usage records that the database refused, kept in rejected.jsonl.",
        drain.rejected());
    text.single(
        "adp_journal_bytes",
        Measure.GAUGE,
        "Bytes of the journal that wait for the database.",
        journal.pendingBytes());
    text.single(
        "adp_usage_batches_total",
        Measure.COUNTER,
        "Batches of usage that the database has taken.",
        drain.batches());
    text.single(
        "adp_config_age_seconds",
        Measure.GAUGE,
        "Time since the configuration was last known to be current.",
        snapshot.age().toMillis() / MILLIS);
    writeTranscripts(text);
    catalogs.fetchReport().ifPresent(fetch -> write(text, fetch));
    text.family(
        "adp_access_refusals_total",
        Measure.COUNTER,
        "Requests refused for want of an identity (authenticate) or of a permission, sign-ins among them.");
    refusals
        .totals()
        .forEach(
            (kind, count) ->
                text.sample(
                    "adp_access_refusals_total",
                    count,
                    "surface",
                    kind.surface(),
                    "action",
                    kind.action()));
  }

  private void writeTranscripts(MetricsText text) {
    text.single(
        "adp_transcript_turns_total",
        Measure.COUNTER,
        "Turns of transcripts that the database has taken.",
        transcripts.stored());
    text.single(
        "adp_transcript_pending_bytes",
        Measure.GAUGE,
        "Bytes of recorded messages that wait for the database.",
        transcripts.pendingBytes());
    text.single(
        "adp_transcript_dropped_messages_total",
        Measure.COUNTER,
        "Turns whose messages were left out because the database could not keep up.",
        transcripts.droppedMessages());
    text.single(
        "adp_transcript_dropped_turns_total",
        Measure.COUNTER,
        "Turns of which nothing was kept because the database could not keep up.",
        transcripts.droppedTurns());
  }

  /** Of a catalogue that the operator publishes himself. */
  private void write(MetricsText text, CatalogFetch fetch) {
    text.single(
        "adp_catalog_fetch_failing",
        Measure.GAUGE,
        "1 when the price catalogue of ADP_CATALOG_URL could not be fetched or was not taken.",
        switch (fetch.state()) {
          case WAITING, GOOD -> 0;
          case FAILING, REJECTED -> 1;
        });
    fetch
        .goodAt()
        .ifPresent(
            good ->
                text.single(
                    "adp_catalog_fetch_age_seconds",
                    Measure.GAUGE,
                    "Time since the price catalogue of ADP_CATALOG_URL was last looked at with success.",
                    Duration.between(good, clock.instant()).toMillis() / MILLIS));
  }
}

package dev.adp.store;

import java.util.Set;

/** Repositories' methods that act for nobody: they make actors, or are the process's own. */
final class WithoutActor {
  static final Set<String> METHODS =
      Set.of(
          "ConfigWatch.close", // Not a question at all.
          "AuditRetention.close",
          "CatalogVersions.adoptFirst", // What a release brings.
          "CatalogVersions.adoptShipped",
          "CatalogVersions.fetchReport", // For metrics.
          "DatabaseState.equals",
          "DatabaseState.hashCode",
          "DatabaseState.isNewer", // What a server says of itself, before there is a process.
          "DatabaseState.major",
          "DatabaseState.migrationsToCome",
          "DatabaseState.now",
          "DatabaseState.read",
          "DatabaseState.version",
          "FirstRun.done",
          "FirstRun.prepare", // Before there is anybody.
          "PortalSessions.changePassword", // Of whoever holds the session.
          "PortalSessions.end",
          "PortalSessions.find",
          "PortalSessions.signIn",
          "MasterKeys.of", // Holds what it is given.
          "ProviderSnapshot.actor",
          "ProviderSnapshot.age", // For metrics, as the four below that count or name.
          "ProviderSnapshot.catalog", // Who reads it is asked by ModelCatalog.
          "ProviderSnapshot.knows", // Asked about what was authorized before.
          "ProviderSnapshot.onChange",
          "ProviderSnapshot.providerNames",
          "ProviderSnapshot.isBlocked",
          "ExternalSessions.end",
          "ExternalSessions.find",
          "ExternalSessions.start",
          "ExternalSessions.takes",
          "RefusalLog.close",
          "Repricing.close",
          "RefusalLog.refused", // Told by whoever refused.
          "RefusalLog.totals",
          "ServiceAccounts.authenticate",
          "ProviderSnapshot.signingKeys", // Public but for what signs, which only the issuer uses.
          "SigningKeyRotation.close",
          "SigningKeyRotation.start",
          "TranscriptLedger.close",
          "TranscriptLedger.droppedMessages", // For metrics, as the others that count.
          "TranscriptLedger.droppedTurns",
          "TranscriptLedger.offer", // Told by the gateway.
          "TranscriptLedger.pendingBytes",
          "TranscriptLedger.stored",
          "TranscriptRetention.close",
          "UsageDrain.batches",
          "UsageDrain.close",
          "UsageDrain.rejected",
          "UsageRebuild.day", // An operator's, who is at the database himself.
          "UsageRetention.close");

  private WithoutActor() {}
}

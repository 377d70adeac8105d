package dev.adp.store;

/** All that people and programs read and change: portal and REST API work on the same one. */
public record Repository(
    LlmProviders providers,
    Secrets secrets,
    Guardrails guardrails,
    Users users,
    ServiceAccounts serviceAccounts,
    BlockedSubjects blockedSubjects,
    ModelCatalog models,
    CatalogVersions catalogVersions,
    UsageReports usage,
    Conversations conversations,
    AuditLog auditLog) {}

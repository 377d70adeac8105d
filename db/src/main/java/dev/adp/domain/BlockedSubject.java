package dev.adp.domain;

import java.time.Instant;

/**
 * An external identity that has been shut out.
 *
 * @param subject its {@code sub}
 * @param reason for people
 */
public record BlockedSubject(String subject, String reason, Instant blockedAt, String blockedBy) {}

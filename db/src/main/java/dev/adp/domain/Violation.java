package dev.adp.domain;

/**
 * One thing wrong with one field.
 *
 * @param field path in API names, for example {@code openai_config.api_key_ref}
 * @param message what is wrong and what to do, without a final full stop
 */
public record Violation(String field, String message) {}

package dev.adp.gateway;

/**
 * What a call asks for.
 *
 * @param operation method and path, as the record names it
 * @param model empty when the call names none
 * @param generates whether a model works for it, so that usage is owed
 */
record Asked(
    String operation, String model, boolean streams, boolean generates, String conversation) {}

package dev.adp.gateway.speech;

/**
 * What is kept of what is said.
 *
 * @param messageBytesMax of one message
 * @param callBytesMax of one side of a call
 */
public record MessageLimits(int messageBytesMax, int callBytesMax) {}

/** What REST and gateway share: tokens, who a caller is, request ids. */
@NullMarked
package dev.adp.http;

import org.jspecify.annotations.NullMarked;

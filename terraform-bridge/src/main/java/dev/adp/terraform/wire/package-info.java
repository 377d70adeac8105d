/** The protocol buffers wire format, as far as the plugin protocol needs it. */
@NullMarked
package dev.adp.terraform.wire;

import org.jspecify.annotations.NullMarked;

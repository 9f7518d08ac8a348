/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.streaming.BatchTime;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the time of a batch, in milliseconds or as a date. */
final class BatchConverter implements ITypeConverter<BatchTime> {
    @Override
    public BatchTime convert(String text) {
        if (text.matches("\\d{1,18}")) {
            return new BatchTime(Long.parseLong(text));
        }
        try {
            return new BatchTime(Instant.parse(text).toEpochMilli());
        } catch (DateTimeParseException e) {
            throw new TypeConversionException(
                    "\"" + text + "\" is no batch; write its time in ms, or as in 2023-11-14T22:14:20Z");
        }
    }
}

import dev.millrace.*;
import dev.millrace.error.*;
import dev.millrace.function.*;
import dev.millrace.rdd.*;
import dev.millrace.streaming.*;
import dev.millrace.streaming.event.*;
import dev.millrace.streaming.receiver.*;
import java.io.*;
import java.nio.file.*;
import java.time.*;
import java.util.*;
import java.util.concurrent.*;
import java.util.stream.*;
StreamingContext ssc = StreamingContext.local(Durations.seconds(1));
MillraceContext sc = ssc.millraceContext();
List<Integer> numbers(int first, int last) { return IntStream.rangeClosed(first, last).boxed().toList(); }
void reset() { ssc.close(); ssc = StreamingContext.local(Durations.seconds(1)); sc = ssc.millraceContext(); }

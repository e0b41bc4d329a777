using KernelMem.Diagnostics;

namespace Benchmarks;

/// <summary>Ticks to times, times to text.</summary>
internal static unsafe class Units
{
    public static TextOutput Output => new(&Host.Write);

    /// <summary>Ticks of the host's clock, at most some seconds, divided by a number of operations.</summary>
    public static ulong Picoseconds(ulong ticks, ulong operations) =>
        ticks * 1_000_000 / (Host.TicksPerSecond / 1_000_000) / (operations == 0 ? 1 : operations);

    /// <summary>A time in nanoseconds with one decimal.</summary>
    public static void WriteNanoseconds(ulong picoseconds) => WriteTenths((picoseconds + 50) / 100);

    /// <summary>One time in units of another, with one decimal.</summary>
    public static void WriteRatio(ulong picoseconds, ulong unit) => WriteTenths(Tenths(picoseconds, unit));

    /// <summary>The same in tenths, rounded.</summary>
    public static ulong Tenths(ulong picoseconds, ulong unit) => unit == 0 ? 0 : (picoseconds * 10 + unit / 2) / unit;

    /// <summary>One time in hundredths of another, rounded.</summary>
    public static ulong Hundredths(ulong picoseconds, ulong unit) => unit == 0 ? 0 : (picoseconds * 100 + unit / 2) / unit;

    public static void WriteHundredths(ulong hundredths)
    {
        Output.WriteDecimal(hundredths / 100);
        Output.Write("."u8);
        Output.WriteDecimal(hundredths / 10 % 10);
        Output.WriteDecimal(hundredths % 10);
    }

    public static void WriteTenths(ulong tenths)
    {
        Output.WriteDecimal(tenths / 10);
        Output.Write("."u8);
        Output.WriteDecimal(tenths % 10);
    }

    public static ulong Median(ulong* values, int count)
    {
        for (int i = 1; i < count; i++)
        {
            for (int j = i; j > 0 && values[j] < values[j - 1]; j--)
                (values[j], values[j - 1]) = (values[j - 1], values[j]);
        }

        return values[count / 2];
    }
}

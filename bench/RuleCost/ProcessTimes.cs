using System.Globalization;
using System.IO;

namespace RuleCost;

/// <summary>What the kernel says of the processor time of processes.</summary>
internal static class ProcessTimes
{
    /// <summary>Linux counts in hundredths of a second, whatever its clock is.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>Of the processes that this one started, and those that they started, as far as they have ended.</summary>
    public static double OfEndedChildren() => Sum("self", 16, 17);

    /// <summary>Of one process; 0 if there is none.</summary>
    public static double Of(int process) => Sum(process.ToString(CultureInfo.InvariantCulture), 14, 15);

    private static double Sum(string process, int first, int second)
    {
        try
        {
            // The name of the program, in brackets, may have anything in it. Fields are counted from 1, and the third comes after it.
            string stat = File.ReadAllText($"/proc/{process}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (double.Parse(fields[first - 3], CultureInfo.InvariantCulture) + double.Parse(fields[second - 3], CultureInfo.InvariantCulture)) / TicksPerSecond;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}

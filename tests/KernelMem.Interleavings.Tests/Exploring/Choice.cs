using System.Globalization;

namespace KernelMem.Interleavings.Tests.Exploring;

internal enum ChoiceKind : byte
{
    /// <summary>A CPU starts or goes on.</summary>
    Go,

    /// <summary>An interrupt enters its CPU.</summary>
    Enter,

    /// <summary>The store that a CPU waits for leaves another's buffer; the CPU goes on.</summary>
    Wake,

    /// <summary>No further store reaches memory before the access at hand.</summary>
    Proceed,

    /// <summary>Stores of a CPU reach memory, up to the first that matters for the access at hand.</summary>
    Flush,

    /// <summary>The run is over.</summary>
    End,
}

/// <summary>What a schedule decides at one point.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Cpu">Which CPU, or whose store buffer.</param>
/// <param name="Detail">Which interrupt, or whose buffer a CPU waits for.</param>
internal readonly record struct Choice(ChoiceKind Kind, int Cpu, int Detail)
{
    /// <summary>The form in a replay string.</summary>
    public override string ToString() => Kind switch
    {
        ChoiceKind.Go => string.Create(CultureInfo.InvariantCulture, $"go{Cpu}"),
        ChoiceKind.Enter => string.Create(CultureInfo.InvariantCulture, $"interrupt{Detail}"),
        ChoiceKind.Wake => string.Create(CultureInfo.InvariantCulture, $"wake{Cpu}by{Detail}"),
        ChoiceKind.Flush => string.Create(CultureInfo.InvariantCulture, $"flush{Cpu}"),
        ChoiceKind.Proceed => "keep",
        _ => "end",
    };
}

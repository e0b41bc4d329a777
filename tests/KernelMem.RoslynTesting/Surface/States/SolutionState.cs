using System.Collections.Generic;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>What a test starts from, or must end with.</summary>
public class SolutionState(string name, string language, string defaultPrefix, string defaultExtension)
    : ProjectState(name, language, defaultPrefix, defaultExtension)
{
    /// <summary>What a state takes from the one before it: null and AutoInherit mean all that it does not give itself.</summary>
    public StateInheritanceMode? InheritanceMode { get; set; }

    public List<DiagnosticResult> ExpectedDiagnostics { get; } = [];

    /// <summary>What markup means; null: in the first state as expectations, in the others only where no fix should have helped.</summary>
    public MarkupMode? MarkupHandling { get; set; }
}

/// <summary>What a fixed state takes from the state before it.</summary>
public enum StateInheritanceMode
{
    /// <summary>All that it does not give itself; of the expected diagnostics only those without a fix.</summary>
    AutoInherit,

    /// <summary>Nothing.</summary>
    Explicit,

    /// <summary>All that it does not give itself, with all expected diagnostics.</summary>
    AutoInheritAll,
}

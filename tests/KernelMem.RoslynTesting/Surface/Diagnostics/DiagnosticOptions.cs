using System;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>What is not compared of a diagnostic.</summary>
[Flags]
public enum DiagnosticOptions
{
    None = 0,
    IgnoreAdditionalLocations = 1,
    IgnoreSeverity = 2,
}

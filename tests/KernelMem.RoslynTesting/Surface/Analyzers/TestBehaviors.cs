using System;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Checks that a test leaves out.</summary>
[Flags]
public enum TestBehaviors
{
    None = 0,

    /// <summary>For rules that look at generated code as well: do not check that they are silent there.</summary>
    SkipGeneratedCodeCheck = 1,

    /// <summary>Do not check that <c>#pragma warning disable</c> silences the rule.</summary>
    SkipSuppressionCheck = 2,

    /// <summary>Do not compare what the generators write.</summary>
    SkipGeneratedSourcesCheck = 4,
}

using System;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Checks that a test leaves out.</summary>
[Flags]
public enum TestBehaviors
{
    None = 0,

    /// <summary>
    /// Do not check that the rule is silent in generated code. It is checked only of rules that do not configure this themselves.
    /// </summary>
    SkipGeneratedCodeCheck = 1,

    /// <summary>Do not check that <c>#pragma warning disable</c> silences the rule.</summary>
    SkipSuppressionCheck = 2,

    /// <summary>Do not compare what the generators write.</summary>
    SkipGeneratedSourcesCheck = 4,
}

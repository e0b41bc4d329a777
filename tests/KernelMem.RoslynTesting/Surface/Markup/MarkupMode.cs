using System;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>What the markup in a state's sources means.</summary>
public enum MarkupMode
{
    /// <summary>The sources have no markup: they are taken as they are.</summary>
    None,

    /// <summary>Markup is removed and expects nothing.</summary>
    Ignore,

    /// <summary>Markup is removed; only that of diagnostics without a fix expects them.</summary>
    IgnoreFixable,

    /// <summary>Markup is removed and expects the diagnostics it names.</summary>
    Allow,
}

/// <summary>How markup is read.</summary>
[Flags]
public enum MarkupOptions
{
    None = 0,

    /// <summary>Where several descriptors fit, the first is meant.</summary>
    UseFirstDescriptor = 1,

    /// <summary><c>$$</c> is C#, as in raw interpolated strings.</summary>
    TreatPositionIndicatorsAsCode = 2,
}

using System;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.Analyzers.Profiles;

/// <summary>Reads the project's profile.</summary>
internal static class ProfileReader
{
    private const string Property = "build_property.KernelMemProfile";

    /// <summary>The profile; <see cref="KernelProfile.Hosted"/> where the project sets none. The build refuses unknown names.</summary>
    public static KernelProfile Read(AnalyzerOptions options)
        => options.AnalyzerConfigOptionsProvider.GlobalOptions.TryGetValue(Property, out string? name)
            && Enum.TryParse(name, ignoreCase: true, out KernelProfile profile)
                ? profile
                : KernelProfile.Hosted;
}

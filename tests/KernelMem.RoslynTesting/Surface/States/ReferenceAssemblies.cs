using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using KernelMem.RoslynTesting;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>The platform that a test compiles against. Unlike the package's, it never asks a package feed.</summary>
public sealed class ReferenceAssemblies : IEquatable<ReferenceAssemblies>
{
    private readonly bool _isRunningPlatform;

    /// <summary>A platform of no assemblies: they come from <see cref="ProjectState.AdditionalReferences"/>.</summary>
    public ReferenceAssemblies(string targetFramework)
        : this(targetFramework, isRunningPlatform: false)
    {
    }

    private ReferenceAssemblies(string targetFramework, bool isRunningPlatform)
    {
        TargetFramework = targetFramework;
        _isRunningPlatform = isRunningPlatform;
    }

    public static ReferenceAssemblies Default => Net.Net100;

    public string TargetFramework { get; }

    public Task<ImmutableArray<MetadataReference>> ResolveAsync(string? language, CancellationToken cancellationToken)
    {
        _ = language;
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_isRunningPlatform ? PlatformReferences.Net100 : []);
    }

    public bool Equals(ReferenceAssemblies? other)
        => other is not null && other.TargetFramework == TargetFramework && other._isRunningPlatform == _isRunningPlatform;

    public override bool Equals(object? obj) => Equals(obj as ReferenceAssemblies);

    public override int GetHashCode() => HashCode.Combine(TargetFramework, _isRunningPlatform);

    /// <summary>Modern .NET.</summary>
    public static class Net
    {
        /// <summary>.NET 10, from the reference pack of the machine that runs the test.</summary>
        public static ReferenceAssemblies Net100 { get; } = new("net10.0", isRunningPlatform: true);
    }
}

using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using KernelMem.Annotations;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.RoslynTesting;

/// <summary>What the code under test is compiled against.</summary>
public static class KernelReferences
{
    private static readonly Lazy<ImmutableArray<MetadataReference>> s_freestanding = new(ReadFreestanding);

    /// <summary>KernelMem.dll itself.</summary>
    public static MetadataReference KernelMem { get; } = PlatformReferences.FromFile(typeof(BitLayoutAttribute).Assembly.Location);

    /// <summary>What a kernel is compiled against: .NET 10 and the library.</summary>
    public static ImmutableArray<MetadataReference> Library { get; } = [.. PlatformReferences.Net100, KernelMem];

    /// <summary>What a kernel is linked with: our core library, the facades over it, and the library.</summary>
    public static ImmutableArray<MetadataReference> Freestanding => s_freestanding.Value;

    /// <summary>A test compiles against these assemblies and no others.</summary>
    public static void UseReferences<TVerifier>(this AnalyzerTest<TVerifier> test, ImmutableArray<MetadataReference> references)
        where TVerifier : IVerifier, new()
    {
        test.ReferenceAssemblies = new ReferenceAssemblies("net10.0");
        test.TestState.AdditionalReferences.Clear();
        test.TestState.AdditionalReferences.AddRange(references);
    }

    private static ImmutableArray<MetadataReference> ReadFreestanding()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        string configuration = output.Parent!.Name;
        DirectoryInfo? root = output;
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "KernelMem.sln")))
        {
            root = root.Parent;
        }

        string kit = Path.Combine(
            root?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository."),
            "src",
            "KernelMem.Sdk",
            "kit",
            configuration);
        return
        [
            PlatformReferences.FromFile(Path.Combine(kit, "corlib", "KernelMem.CoreLib.dll")),
            .. Directory.GetFiles(Path.Combine(kit, "facades"), "*.dll").Order(StringComparer.Ordinal).Select(PlatformReferences.FromFile),
            KernelMem,
        ];
    }
}

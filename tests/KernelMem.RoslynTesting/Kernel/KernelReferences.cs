using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Reflection;
using KernelMem.Annotations;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;
using Mono.Cecil;

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
        string kit = FindKit();
        return
        [
            PlatformReferences.FromFile(Path.Combine(kit, "corlib", "KernelMem.CoreLib.dll")),
            .. Directory.GetFiles(Path.Combine(kit, "facades"), "*.dll").Order(StringComparer.Ordinal).Select(ReadFacade),
            KernelMem,
        ];
    }

    private static string FindKit()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        string configuration = output.Parent!.Name;
        for (DirectoryInfo? folder = output; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "KernelMem.sln")))
                return Path.Combine(folder.FullName, "src", "KernelMem.Sdk", "kit", configuration);
        }

        throw new InvalidOperationException("The tests do not run inside the repository.");
    }

    /// <summary>
    /// ILC finds a facade by its name alone; the compiler also wants the public key under which the library knows it.
    /// </summary>
    private static PortableExecutableReference ReadFacade(string path)
    {
        using AssemblyDefinition facade = AssemblyDefinition.ReadAssembly(path);
        MetadataReference original = PlatformReferences.Net100.First(
            reference => Path.GetFileName(reference.Display) == Path.GetFileName(path));
        facade.Name.PublicKey = AssemblyName.GetAssemblyName(original.Display!).GetPublicKey();

        using var image = new MemoryStream();
        facade.Write(image);
        return MetadataReference.CreateFromImage(image.ToArray(), filePath: path);
    }
}

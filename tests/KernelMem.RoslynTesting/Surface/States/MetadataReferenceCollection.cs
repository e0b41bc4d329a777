using System.Collections.Generic;
using System.Reflection;
using KernelMem.RoslynTesting;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Assemblies that a test compiles against.</summary>
public class MetadataReferenceCollection : List<MetadataReference>
{
    public void Add(Assembly assembly) => Add(assembly.Location);

    public void Add(string path) => Add(PlatformReferences.FromFile(path));
}

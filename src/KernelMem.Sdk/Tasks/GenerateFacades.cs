using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace KernelMem.Sdk.Tasks;

/// <summary>
/// Writes assemblies that hold nothing but type forwards to the core library. A kernel is compiled against the ordinary
/// reference assemblies (System.Runtime, System.Memory, ...); ILC finds these under the same names.
/// </summary>
public sealed class GenerateFacades : Task
{
    // ECMA-335 II.23.1.15: the type lives in another assembly.
    private const TypeAttributes Forwarder = (TypeAttributes)0x00200000;

    /// <summary>The core library whose public types are forwarded to.</summary>
    [Required]
    public string CoreLibrary { get; set; } = "";

    /// <summary>The folder the facades go to.</summary>
    [Required]
    public string OutputDirectory { get; set; } = "";

    /// <summary>Their assembly names.</summary>
    [Required]
    public string[] Names { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        using PEReader image = new(File.OpenRead(CoreLibrary));
        MetadataReader core = image.GetMetadataReader();
        Directory.CreateDirectory(OutputDirectory);
        foreach (string name in Names)
            File.WriteAllBytes(Path.Combine(OutputDirectory, name + ".dll"), CreateFacade(core, name));
        return true;
    }

    private static byte[] CreateFacade(MetadataReader core, string name)
    {
        MetadataBuilder metadata = new();
        metadata.AddAssembly(
            metadata.GetOrAddString(name), new Version(10, 0, 0, 0), culture: default, publicKey: default, flags: default, AssemblyHashAlgorithm.None);
        metadata.AddModule(
            generation: 0, metadata.GetOrAddString(name + ".dll"), metadata.GetOrAddGuid(StableGuid(name)), encId: default, encBaseId: default);
        metadata.AddTypeDefinition(
            attributes: default,
            @namespace: default,
            metadata.GetOrAddString("<Module>"),
            baseType: default,
            MetadataTokens.FieldDefinitionHandle(1),
            MetadataTokens.MethodDefinitionHandle(1));

        string coreName = core.GetString(core.GetAssemblyDefinition().Name);
        AssemblyReferenceHandle coreReference = metadata.AddAssemblyReference(
            metadata.GetOrAddString(coreName), new Version(0, 0, 0, 0), culture: default, publicKeyOrToken: default, flags: default, hashValue: default);
        foreach (TypeDefinition type in core.TypeDefinitions.Select(core.GetTypeDefinition))
        {
            if ((type.Attributes & TypeAttributes.VisibilityMask) == TypeAttributes.Public)
            {
                metadata.AddExportedType(
                    Forwarder,
                    metadata.GetOrAddString(core.GetString(type.Namespace)),
                    metadata.GetOrAddString(core.GetString(type.Name)),
                    coreReference,
                    typeDefinitionId: 0);
            }
        }

        ManagedPEBuilder builder = new(
            PEHeaderBuilder.CreateLibraryHeader(),
            new MetadataRootBuilder(metadata),
            ilStream: new BlobBuilder(),
            flags: CorFlags.ILOnly,
            deterministicIdProvider: static content =>
                BlobContentId.FromHash(ImmutableArray.Create(SHA256.HashData(content.SelectMany(static blob => blob.GetBytes()).ToArray()))));
        BlobBuilder output = new();
        builder.Serialize(output);
        return output.ToArray();
    }

    private static Guid StableGuid(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));
}

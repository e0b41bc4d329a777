using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection.Metadata;

namespace KernelMem.Effects.Tasks;

/// <summary>
/// Whether a project can have code that is held to a mark: its sources name one, or something in a reference has one, which is inherited.
/// Otherwise nobody asks what references do.
/// </summary>
internal static class MarkUse
{
    private const string Annotations = "KernelMem.Annotations";

    // [TrustedNoAlloc] holds nobody, but trust without need is told. A name may be written with escapes.
    private static readonly string[] s_words = ["NoAlloc", "NoThrow", "NonBlocking", @"\u", @"\U"];
    private static readonly string[] s_marks = ["NoAllocAttribute", "NoThrowAttribute", "NonBlockingAttribute"];

    public static bool IsPossible(IEnumerable<string> sources, IEnumerable<string> references)
        => sources.Any(NamesMark) || references.Any(HasMark);

    private static bool NamesMark(string source)
    {
        // That a file is not there, the compiler says.
        string text = File.Exists(source) ? File.ReadAllText(source) : "";
        return Array.Exists(s_words, word => text.Contains(word, StringComparison.Ordinal));
    }

    private static bool HasMark(string assembly)
        => AssemblyFile.Read(assembly, static metadata => metadata.CustomAttributes.Any(handle => IsMark(metadata, metadata.GetCustomAttribute(handle).Constructor)));

    private static bool IsMark(MetadataReader metadata, EntityHandle constructor)
    {
        EntityHandle type = constructor.Kind == HandleKind.MethodDefinition
            ? metadata.GetMethodDefinition((MethodDefinitionHandle)constructor).GetDeclaringType()
            : metadata.GetMemberReference((MemberReferenceHandle)constructor).Parent;
        return type.Kind switch
        {
            HandleKind.TypeReference when metadata.GetTypeReference((TypeReferenceHandle)type) is var reference => IsMark(metadata, reference.Namespace, reference.Name),
            HandleKind.TypeDefinition when metadata.GetTypeDefinition((TypeDefinitionHandle)type) is var definition => IsMark(metadata, definition.Namespace, definition.Name),
            _ => false,
        };
    }

    private static bool IsMark(MetadataReader metadata, StringHandle place, StringHandle name)
        => metadata.StringComparer.Equals(place, Annotations) && Array.Exists(s_marks, mark => metadata.StringComparer.Equals(name, mark));
}

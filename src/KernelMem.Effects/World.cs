using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Mono.Cecil;

namespace KernelMem.Effects;

/// <summary>The assemblies that are judged together, and those that are only looked up.</summary>
internal sealed class World : IAssemblyResolver
{
    private readonly Dictionary<string, string> _paths = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, AssemblyDefinition?> _assemblies = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<TypeReference, TypeDefinition?> _types = [];
    private readonly Dictionary<MethodReference, MethodDefinition?> _methods = [];
    private readonly Dictionary<TypeDefinition, List<TypeDefinition>> _heirs = [];
    private readonly HashSet<ModuleDefinition> _judged = [];

    /// <param name="assemblies">Paths of the assemblies whose code is judged.</param>
    /// <param name="references">Paths of those that they refer to; reference assemblies are enough.</param>
    public World(IEnumerable<string> assemblies, IEnumerable<string> references)
    {
        string[] judged = [.. assemblies];
        foreach (string path in references.Concat(judged))
            _paths[Path.GetFileNameWithoutExtension(path)] = path;

        foreach (string path in judged.OrderBy(Path.GetFileName, StringComparer.Ordinal))
            Judge(Path.GetFileNameWithoutExtension(path));
        FindHeirs();
    }

    /// <summary>For tests: assemblies that are in memory.</summary>
    public World(IEnumerable<Stream> assemblies, IEnumerable<string> references)
    {
        foreach (string path in references)
            _paths[Path.GetFileNameWithoutExtension(path)] = path;

        foreach (Stream image in assemblies)
        {
            AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(image, Parameters());
            _assemblies[assembly.Name.Name] = assembly;
            Judge(assembly.Name.Name);
        }

        FindHeirs();
    }

    /// <summary>The assemblies whose code is judged, in the order of their names.</summary>
    public List<AssemblyDefinition> Judged { get; } = [];

    /// <summary>All their types, with those inside others.</summary>
    public IEnumerable<TypeDefinition> Types => Judged.SelectMany(static assembly => assembly.MainModule.GetTypes());

    public bool IsJudged(MemberReference member) => _judged.Contains(member.Module);

    /// <summary>The definition; null if its assembly is not there, or for a type that has none.</summary>
    public TypeDefinition? Find(TypeReference type)
    {
        if (type is TypeDefinition definition)
            return definition;
        if (type is GenericParameter or ArrayType or PointerType or ByReferenceType or FunctionPointerType)
            return null;
        if (type is TypeSpecification specification)
            return Find(specification.ElementType);

        if (!_types.TryGetValue(type, out TypeDefinition? found))
            _types.Add(type, found = Try(type.Resolve));
        return found;
    }

    /// <summary>The definition; null if its assembly is not there, or for a method of an array.</summary>
    public MethodDefinition? Find(MethodReference method)
    {
        if (method is MethodDefinition definition)
            return definition;
        if (method is GenericInstanceMethod instance)
            return Find(instance.ElementMethod);

        if (!_methods.TryGetValue(method, out MethodDefinition? found))
            _methods.Add(method, found = method.DeclaringType is ArrayType ? null : Try(method.Resolve));
        return found;
    }

    public bool IsValueType(TypeReference type)
        => type is GenericParameter parameter ? parameter.HasNotNullableValueTypeConstraint
            : type is not (ArrayType or PointerType or ByReferenceType or FunctionPointerType) && (type.IsValueType || Find(type) is { IsValueType: true });

    /// <summary>A type that stands in a namespace, wherever among the assemblies it is.</summary>
    public TypeDefinition? FindByName(string fullName)
        => Judged.Concat(_paths.Keys.Select(Load)).Select(assembly => assembly?.MainModule.GetType(fullName)).FirstOrDefault(static type => type is not null);

    /// <summary>The types that derive from a type or implement it directly.</summary>
    public IReadOnlyList<TypeDefinition> HeirsOf(TypeDefinition type) => _heirs.TryGetValue(type, out List<TypeDefinition>? heirs) ? heirs : [];

    AssemblyDefinition? IAssemblyResolver.Resolve(AssemblyNameReference name) => Load(name.Name);

    AssemblyDefinition? IAssemblyResolver.Resolve(AssemblyNameReference name, ReaderParameters parameters) => Load(name.Name);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (AssemblyDefinition? assembly in _assemblies.Values)
            assembly?.Dispose();
    }

    private static T? Try<T>(Func<T?> resolve)
        where T : class
    {
        try
        {
            return resolve();
        }
        catch (AssemblyResolutionException)
        {
            return null;
        }
    }

    private ReaderParameters Parameters() => new() { AssemblyResolver = this };

    private AssemblyDefinition? Load(string name)
    {
        if (!_assemblies.TryGetValue(name, out AssemblyDefinition? assembly))
        {
            assembly = _paths.TryGetValue(name, out string? path) ? AssemblyDefinition.ReadAssembly(path, Parameters()) : null;
            _assemblies.Add(name, assembly);
        }

        return assembly;
    }

    private void Judge(string name)
    {
        if (Load(name) is { } assembly && _judged.Add(assembly.MainModule))
            Judged.Add(assembly);
    }

    private void FindHeirs()
    {
        foreach (TypeDefinition type in Types)
        {
            if (type.BaseType is not null)
                AddHeir(type.BaseType, type);
            foreach (InterfaceImplementation implementation in type.Interfaces)
                AddHeir(implementation.InterfaceType, type);
        }
    }

    private void AddHeir(TypeReference ancestor, TypeDefinition heir)
    {
        if (Find(ancestor) is not { } type || !IsJudged(type))
            return;

        if (!_heirs.TryGetValue(type, out List<TypeDefinition>? heirs))
            _heirs.Add(type, heirs = []);
        heirs.Add(heir);
    }
}
